using System.Text.RegularExpressions;

namespace ChatSessions.Recorded;

/// <summary>Recorded text that looks like what the server says itself, in the few places where both could stand.</summary>
public static partial class Imitation
{
    /// <summary>Written before recorded text that looks like the server's words.</summary>
    public const string Mark = "recorded:";

    /// <summary>Whether a text begins as what the server says in place of a text: <c>same as #12</c>.</summary>
    public static bool IsNote(string text) => NotePattern().IsMatch(text);

    /// <summary>Whether a text begins as what the server says of a result: <c>unanswered</c>, <c>failed (…)</c>, <c>#8:</c>.</summary>
    public static bool IsOutcome(string text) => OutcomePattern().IsMatch(text);

    /// <summary>Whether a bracket begins a mark as the server writes for what is left out: <c>…[+1,240 characters, #57 from 400]</c>.</summary>
    internal static bool IsCut(ReadOnlySpan<char> text, int bracket)
    {
        var rest = text[(bracket + 1)..];
        if (rest is not ['+', ..])
            return false;
        if (bracket > 0 && text[bracket - 1] == '…')
            return true;
        var number = rest[1..].TrimStart();
        var what = number.TrimStart("0123456789,. ").TrimStart();
        return what.Length < number.Length
            && (
                what.StartsWith("character", StringComparison.OrdinalIgnoreCase)
                || what.StartsWith("event", StringComparison.OrdinalIgnoreCase)
            );
    }

    [GeneratedRegex(@"^[\s\p{P}\p{S}]*?(same\s+as\s+#|recorded\s*:|\(repeats\s+#)", RegexOptions.IgnoreCase)]
    private static partial Regex NotePattern();

    [GeneratedRegex(
        @"^[\s\p{P}\p{S}]*?(unanswered\b|failed\s*\(|#\d+\s*:|→|[\d,]+\s+rows\s*:|same\s+as\s+#|recorded\s*:)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex OutcomePattern();
}
