using System.Runtime.CompilerServices;
using System.Text.Json;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources;

namespace ChatMcpServer.Answers;

/// <summary>
/// The last answer about each session in memory. Condensing is most of the cost of a call, and a loaded session never changes, so the same
/// question of the same caller has the same answer. The answer is dropped with the session.
/// </summary>
public sealed class CondensedAnswers
{
    private readonly ConditionalWeakTable<ShownSession, Kept<CondensedAnswer>> answers = [];
    private readonly ConditionalWeakTable<ShownSession, Kept<string>> transcripts = [];

    /// <summary>The condensed session as text and as JSON.</summary>
    /// <exception cref="ChatSessionException">The session has no such turns or no such event.</exception>
    public CondensedAnswer Of(ShownSession session, CondenseOptions options, Caller caller, CancellationToken cancellationToken) =>
        Last(
            answers,
            session,
            (options, caller),
            () =>
            {
                var (text, json) = new Condenser(session).CondenseBoth(options, cancellationToken);
                return new(text.ToText(), json.ToJson());
            }
        );

    /// <summary>The condensed session as Markdown.</summary>
    /// <exception cref="ChatSessionException">The session has no such turns or no such event.</exception>
    public string MarkdownOf(ShownSession session, CondenseOptions options, Caller caller, CancellationToken cancellationToken) =>
        Last(
            transcripts,
            session,
            (options, caller),
            () => Condenser.Condense(session, options with { Form = CondensedForm.Text }, cancellationToken).ToMarkdown()
        );

    private static TAnswer Last<TAnswer>(
        ConditionalWeakTable<ShownSession, Kept<TAnswer>> table,
        ShownSession session,
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

/// <summary>A condensed session as text and as structured content.</summary>
public sealed record CondensedAnswer(string Text, JsonElement Json);
