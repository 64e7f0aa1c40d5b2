using System.Text.RegularExpressions;
using ChatSessions.Model;
using ChatSessions.Words;

namespace ChatSessions.Reviewing;

/// <summary>The messages of the user, and what they say of the agent's work.</summary>
internal static partial class UserMessages
{
    /// <summary>A correction is among the first words that the user wrote.</summary>
    private const int Searched = 400;

    /// <summary>The messages that follow something the agent did.</summary>
    public static IEnumerable<(UserInputEvent Message, int Before, bool IsAnswerToQuestion)> After(Session session)
    {
        Step? before = null;
        foreach (var step in session.Steps)
        {
            if (step is UserMessage { Event: var message } && before is not null)
                yield return (message, before.Position, before is Passage passage && Asks(passage.Text));
            if (step is Passage { Kind: PassageKind.Text } or ToolUse)
                before = step;
        }
    }

    /// <param name="isAnswerToQuestion">Whether the agent asked something, so that "no" is an answer.</param>
    public static bool IsCorrection(string message, bool isAnswerToQuestion)
    {
        if (Ending.IsInterruption(message))
            return true;
        var own = OwnWords.Of(message);
        var start = Folding.Fold(own.Length > Searched ? own[..Searched] : own).Replace('’', '\'');
        foreach (var sentence in Sentence().EnumerateMatches(start))
            if (Corrects(start.Substring(sentence.Index, sentence.Length)))
                return true;
        return !isAnswerToQuestion
            && (
                CorrectionPhrases.Replacement().IsMatch(start)
                || (CorrectionPhrases.Refusal().IsMatch(start) && !CorrectionPhrases.Courtesy().IsMatch(start))
            );
    }

    private static bool Corrects(string sentence) =>
        IsSaid(sentence, CorrectionPhrases.Demand())
        || (
            !CorrectionPhrases.Question().IsMatch(sentence)
            && (
                IsSaid(sentence, CorrectionPhrases.Complaint())
                // In many of these languages, a question has the words of a statement.
                || (
                    IsSaid(sentence, CorrectionPhrases.ComplaintElsewhere())
                    && (!Asks(sentence) || CorrectionPhrases.Reason().IsMatch(sentence))
                )
            )
        );

    /// <summary>Whether a sentence has such words, and no condition is before them.</summary>
    private static bool IsSaid(string sentence, Regex words) =>
        words.Match(sentence) is { Success: true } match && !CorrectionPhrases.Condition().IsMatch(sentence.AsSpan(0, match.Index));

    private static bool Asks(string text)
    {
        var end = text.Length > Searched ? text.AsSpan(text.Length - Searched) : text;
        return end.ContainsAny('?', '？');
    }

    [GeneratedRegex(
        @"[^.!?。！？\n]+([.!?](?!\s|$)[^.!?。！？\n]*)*[.!?。！？]*",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Sentence();
}
