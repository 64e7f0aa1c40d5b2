using System.Text.RegularExpressions;

namespace ChatSessions.Analysis;

/// <summary>Messages of a user that only end the conversation, so they need no answer.</summary>
internal static partial class ClosingMessage
{
    private const int LongestClosing = 400;

    /// <summary>With this, a simulated user leaves the conversation.</summary>
    private const string Leaving = "###STOP###";

    /// <summary>Whether a message only ends the conversation.</summary>
    public static bool Is(string message) =>
        message.Contains(Leaving, StringComparison.Ordinal)
            ? message.Replace(Leaving, "", StringComparison.Ordinal) is var said && (OnlyCloses(said) || !Request().IsMatch(said))
            : OnlyCloses(message);

    private static bool OnlyCloses(string message) =>
        message.Length <= LongestClosing
        && !message.Contains('?')
        && Closing().IsMatch(message)
        && !Agreeing().Replace(Closing().Replace(message, " "), " ").Any(char.IsLetterOrDigit);

    /// <summary>What asks the agent to do something. Its answer is missing, even if the user leaves.</summary>
    [GeneratedRegex(
        """
            [?？请] | \b(please|bitte|por\ favor|s['’]il\ (vous|te)\ pla[iî]t)\b | \bgo\ ahead\b | \bproceed\b | \b(can|could|would|will)\ you\b
            | \bI\ (need|want)\ you\ to\b | ^\W*(yes|yeah|yep|sure|do\ it)\W*$
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Request();

    /// <summary>What ends a conversation, up to the end of its sentence if it cannot ask for something new.</summary>
    [GeneratedRegex(
        """
            \b(many\ |muchas\ )?(thank\ you|thanks?|thx|merci|danke|gracias)\b(\ (so|very)\ much|\ a\ (lot|ton|million)|\ again|\ beaucoup|\ sehr|\ schön)*
                (\ (for|por|pour|für)\ ((?!\b(and|but|now|then|please)\b)[^.!?,;:\n]){1,60})?
            | \b(that's|that\ is|that\ (will|would)\ be)\ (all|it|everything)\b((?!\b(and|but|then|please)\b)[^.!?,;:\n]){0,40}
            | \b(good)?bye\b | \btake\ care\b | \bhave\ a\ (\w+\ )?(day|one|evening|night|week|weekend|time)\b | \bI('m|\ am)\ all\ set\b
            | 谢谢(你|您|大家|了)* | ありがとう(ございます|ございました)? | ^\W*(perfect|great|ok(ay)?|done|all\ good|lgtm)\W*$
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Closing();

    /// <summary>What is said around it, and is no answer by itself.</summary>
    [GeneratedRegex(
        @"\b(yes|no|ok(ay)?|great|perfect|awesome|excellent|nice|cool|done|all (good|set)|lgtm|got it|alright|(it|everything|all) (works|looks good|sounds good|is fine)|(for )?now|again|you too|will do|(I )?(really )?appreciate (it|this|that|(all )?your (help|time|work|patience)))\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Agreeing();
}
