using System.Runtime.CompilerServices;
using System.Text.Json;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatMcpServer.Answers;

/// <summary>
/// The last answers about each session that is in memory. Condensing is nearly all that a call costs, and a session never changes, so the
/// same question of the same caller has the same answer. It is forgotten with the session.
/// </summary>
public sealed class CondensedAnswers
{
    private readonly ConditionalWeakTable<Session, Kept<CondensedAnswer>> answers = [];
    private readonly ConditionalWeakTable<Session, Kept<string>> transcripts = [];

    /// <summary>Answers a question about a session, in both channels.</summary>
    /// <exception cref="ChatSessionException">The session has no such turns or no such event.</exception>
    public CondensedAnswer Of(Session session, CondenseOptions options, Caller caller, CancellationToken cancellationToken) =>
        Last(
            answers,
            session,
            (options, caller),
            () =>
            {
                var condenser = new Condenser(session);
                return new(
                    condenser.Condense(options with { Form = CondensedForm.Text }, cancellationToken).ToText(),
                    condenser.Condense(options with { Form = CondensedForm.Json }, cancellationToken).ToJson()
                );
            }
        );

    /// <summary>Answers a question about a session as Markdown.</summary>
    /// <exception cref="ChatSessionException">The session has no such turns or no such event.</exception>
    public string MarkdownOf(Session session, CondenseOptions options, Caller caller, CancellationToken cancellationToken) =>
        Last(
            transcripts,
            session,
            (options, caller),
            () => Condenser.Condense(session, options with { Form = CondensedForm.Text }, cancellationToken).ToMarkdown()
        );

    private static TAnswer Last<TAnswer>(
        ConditionalWeakTable<Session, Kept<TAnswer>> table,
        Session session,
        (CondenseOptions Options, Caller Caller) question,
        Func<TAnswer> answer
    )
    {
        if (table.TryGetValue(session, out var last) && last.Question == question)
            return last.Answer;
        var kept = new Kept<TAnswer>(question, answer());
        table.AddOrUpdate(session, kept);
        return kept.Answer;
    }

    private sealed record Kept<TAnswer>((CondenseOptions Options, Caller Caller) Question, TAnswer Answer);
}

/// <summary>A condensed session in both channels.</summary>
public sealed record CondensedAnswer(string Text, JsonElement Json);
