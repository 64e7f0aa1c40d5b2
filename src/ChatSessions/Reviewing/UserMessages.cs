using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>The messages of the user, and what they say of the agent's work.</summary>
internal static partial class UserMessages
{
    /// <summary>A correction is at the beginning of a message.</summary>
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
        var start = message.Length > Searched ? message[..Searched] : message;
        return Correcting().IsMatch(start)
            || (!isAnswerToQuestion && (Replacing().IsMatch(start) || (Refusing().IsMatch(start) && !Polite().IsMatch(start))));
    }

    private static bool Asks(string text)
    {
        var end = text.Length > Searched ? text.AsSpan(text.Length - Searched) : text;
        return end.ContainsAny('?', '？');
    }

    /// <summary>A complaint or a correction, wherever it stands.</summary>
    [GeneratedRegex(
        """
            \b(that|this|it)('s|\ is|\ was)\ (not\ (what\ I|right|correct|it\b)|wrong|incorrect)
            | \b(that|this|it)\ (can't|cannot)\ be\ (right|correct|true)\b
            | \bnot\ what\ I\ (asked|meant|wanted|said) | \bI\ (meant|said|asked\ (you\ )?(for|to)|told\ you)\b
            | \byou\ (forgot|missed|misunderstood|misread|ignored|broke|were\ supposed)\b
            | \byou\ (should\ have|shouldn't\ have|should\ not\ have)\ (?!received|got(ten)?|seen|heard)(\w+ed|done|written|made|run|put|kept|left|taken|given|said|told|sent|read|known|found|chosen|built|begun|gone|been)\b
            | \b(undo|revert)\ (that|this|it|your|the|all)\b | (?<!\bI\ (\w+\ ){0,2}(picked|chose|chosen|gave|given|made|put|got|took|taken|bought|wrote|sent|entered|selected|booked|typed|pasted|used|ordered|named|provided)\ (\w+\ ){0,2})\bwrong\ (file|one|order|folder|branch|function|number|date)\b
            | \bstill\ (fails?|failing|broken|not\ working|doesn't|does\ not|wrong|crash(es)?)\b | \b(that|it)\ (didn't|did\ not|doesn't|does\ not)\ work\b
            | \b(check|verify|look|try)\ (it\ |that\ |this\ )?(part\ )?again\b | \bdouble-check\b | (\b(must\ be|is|was)|(?<!\bI('ve|\ have)?\ )\bmade)\ a\ mistake\b
            | \bI('ve|\ have)?\ already\ (told|gave|given|said|provided|answered)\b | \b(is|was)\ already\ (provided|given)\b
            | 不对 | 错了 | 不是这样 | 違います | そうではなく
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Correcting();

    /// <summary>A beginning that asks for something else instead.</summary>
    [GeneratedRegex(
        @"^\W*(no|nope|wait|stop|actually|don't)\b[^.!?\n]{0,120}\b(instead|rather)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Replacing();

    /// <summary>A beginning that takes back what the agent did.</summary>
    [GeneratedRegex(
        @"^\W*(no|nope|nein|non|stop|wait|wrong|incorrect|undo|revert)(\s*[,.!:;–—-]|\s*$|\s+(that|this|it|not|don't|the|use|you|I)\b)|^\W*(don't|do not) (do|use|touch|change|edit|delete|add|run|write|create|remove)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Refusing();

    /// <summary>Beginnings with "no" that agree or say goodbye.</summary>
    [GeneratedRegex(
        @"^\W*no\W+(problem|worries|thanks?|thank you|rush|need|hurry|more|nothing|that's (all|it|fine|everything|okay|ok|great)|that is (all|fine)|that will be all|I('m| am) (good|fine|all set)|it's (fine|ok|okay|good)|all good|please|doubt|idea)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Polite();
}
