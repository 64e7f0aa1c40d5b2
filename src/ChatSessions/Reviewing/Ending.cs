using System.Text.RegularExpressions;
using ChatSessions.Analysis;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Reviewing;

/// <summary>How a session ended, as far as its events say it.</summary>
public enum EndingKind
{
    /// <summary>The last run ended without an error, and nothing says that it went wrong.</summary>
    EndedWell,

    /// <summary>The last run ended without an error, but the last call failed and the agent wrote nothing after it.</summary>
    EndedAfterFailure,

    /// <summary>The last run ended in an error.</summary>
    Error,

    /// <summary>Nothing records the end of the last run.</summary>
    CutOff,

    /// <summary>The agent says that it could not do it.</summary>
    GaveUp,

    /// <summary>The last call handed the conversation over to a person.</summary>
    HandedOver,

    /// <summary>The user's last message has no answer, or the agent's last message asks something.</summary>
    QuestionOpen,

    /// <summary>The agent never ran.</summary>
    NeverRun,
}

/// <summary>How a session ended, with its evidence.</summary>
/// <param name="Basis">What it rests on, such as <c>stop #142</c>.</param>
/// <param name="Position">The event that says it; null if no event does.</param>
/// <param name="Said">The sentence or the error that says it, as recorded, or null.</param>
public sealed partial record Ending(EndingKind Kind, string Basis, int? Position, string? Said)
{
    /// <summary>Only the end of a long message says how it ended.</summary>
    private const int Searched = 2_000;

    private const int LongestName = 100;

    internal static Ending Of(Session session)
    {
        var last = session.Steps.LastOrDefault(step => step is UserMessage or ToolUse or Passage { Kind: PassageKind.Text });
        var isGoodbye = last is UserMessage said && ClosingMessage.Is(said.Event.Content);
        var basis = OutcomeBasis.Of(session);
        if (session.Outcome == RunOutcome.NeverRun)
            return new(EndingKind.NeverRun, basis, null, null);
        if (session.Outcome == RunOutcome.Error)
            return new(
                EndingKind.Error,
                basis,
                session.LastStop is { IsError: true } stop ? stop.Position : null,
                session.LastStop?.Error ?? session.Summary.JobMetadata?.Error
            );
        if (last is UserMessage message && !isGoodbye && !IsInterruption(message.Event.Content))
            return new(EndingKind.QuestionOpen, basis, message.Position, message.Event.Content);
        if (session.Outcome == RunOutcome.Unfinished)
            return new(EndingKind.CutOff, basis, session.Events.Length - 1, null);
        if (HandOver(session) is { } handOver)
            return new(
                EndingKind.HandedOver,
                $"{basis}; {Quoted.Tool(OutgoingText.ShowName(handOver.Name))} #{handOver.Position}",
                handOver.Position,
                null
            );
        if (LastAnswer(session, last) is { } answer)
        {
            var text = answer.Text.Length > Searched ? answer.Text[^Searched..] : answer.Text;
            if (Defeated(text) is { } defeat)
                return new(EndingKind.GaveUp, basis, answer.Position, defeat);
            if (last is Passage && OpenQuestion(text) is { } question)
                return new(EndingKind.QuestionOpen, basis, answer.Position, question);
        }
        return last is ToolUse { Outcome.IsFailure: true }
            ? new(EndingKind.EndedAfterFailure, basis, last.Position, null)
            : new(EndingKind.EndedWell, basis, last?.Position, null);
    }

    internal static bool IsInterruption(string message) => message.StartsWith("[Request interrupted by user", StringComparison.Ordinal);

    /// <summary>The call that handed the conversation over to a person, if it is the last call, and the agent did not go on after it.</summary>
    private static ToolUse? HandOver(Session session) =>
        session.ToolUses.LastOrDefault() is { Call: not null, Name.Length: <= LongestName, Outcome.Kind: ToolOutcomeKind.Ok } use
        && Person().IsMatch(use.Name)
        && !session
            .Steps.SkipWhile(step =>
                step.Position <= use.Position || step is not UserMessage { Event: var said } || ClosingMessage.Is(said.Content)
            )
            .Any(step => step is Passage { Kind: PassageKind.Text })
            ? use
            : null;

    /// <summary>The agent's last message, if only a closing message of the user follows it.</summary>
    private static Passage? LastAnswer(Session session, Step? last) =>
        last is Passage passage ? passage
        : last is UserMessage ? session.Steps.LastOrDefault(step => step is ToolUse or Passage { Kind: PassageKind.Text }) as Passage
        : null;

    /// <summary>The last sentence that says that the agent could not do it, unless it did it after all.</summary>
    private static string? Defeated(string text)
    {
        if (EndingPhrases.Defeat().Matches(text) is not [.., var defeat])
            return null;
        var sentence = SentenceAt(text, defeat.Index);
        return EndingPhrases.AtFirst().IsMatch(sentence) || EndingPhrases.Success().IsMatch(text[(defeat.Index + defeat.Length)..])
            ? null
            : sentence;
    }

    /// <summary>The question that ends a message, unless it only offers more help.</summary>
    private static string? OpenQuestion(string text)
    {
        var end = text.AsSpan().TrimEnd().TrimEnd("*_`\"')").TrimEnd();
        if (end is not [.., '?' or '？'])
            return null;
        var question = SentenceAt(text, end.Length - 1);
        return EndingPhrases.Courtesy().IsMatch(question) ? null : question;
    }

    private static string SentenceAt(string text, int index)
    {
        var start = index;
        while (
            start > 0
            && !(text[start - 1] is '\n' or '。' or '！' || (text[start - 1] is '.' or '!' or '?' && char.IsWhiteSpace(text[start])))
        )
            start--;
        var end = index;
        while (
            end < text.Length
            && !(
                text[end] is '\n' or '。'
                || (text[end] is '.' or '!' or '?' && (end + 1 == text.Length || char.IsWhiteSpace(text[end + 1])))
            )
        )
            end++;
        return text[start..Math.Min(text.Length, end + 1)].Trim();
    }

    [GeneratedRegex(@"(transfer|escalate|hand_?(over|off)).*(human|person|agent|support)", RegexOptions.IgnoreCase)]
    private static partial Regex Person();
}
