using System.Runtime.CompilerServices;
using System.Text.Json;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatMcpServer.Mcp.Tools;

/// <summary>
/// The last answer about each session that is in memory. Condensing is nearly all that a call costs, and of the same session, which never
/// changes, the same question makes the same answer. It goes when the session does.
/// </summary>
public sealed class CondensedAnswers
{
    private readonly ConditionalWeakTable<ShownSession, CondensedAnswer> lastOfSession = [];

    /// <summary>Answers a question about a session, in both channels.</summary>
    /// <exception cref="ChatSessionException">The session has no such turns or no such event.</exception>
    public CondensedAnswer Of(ShownSession session, CondenseOptions options, CancellationToken cancellationToken)
    {
        if (lastOfSession.TryGetValue(session, out var last) && last.Options == options)
            return last;
        var condenser = new Condenser(session);
        var answer = new CondensedAnswer(
            options,
            condenser.Condense(options with { Form = CondensedForm.Text }, cancellationToken).ToText(),
            condenser.Condense(options with { Form = CondensedForm.Json }, cancellationToken).ToJson()
        );
        lastOfSession.AddOrUpdate(session, answer);
        return answer;
    }
}

/// <summary>A condensed session in both channels.</summary>
/// <param name="Options">What was asked.</param>
public sealed record CondensedAnswer(CondenseOptions Options, string Text, JsonElement Json);
