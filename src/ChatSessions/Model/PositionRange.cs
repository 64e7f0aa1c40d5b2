namespace ChatSessions.Model;

/// <summary>What <see cref="TurnRange"/> and <see cref="EventRange"/> share: <c>3</c>, or <c>2-5</c> with any dash.</summary>
internal static class PositionRange
{
    /// <summary>
    /// Parses one or two numbers; null if the text is anything else. A number too large for an int becomes the largest int.
    /// </summary>
    /// <param name="marker">A character that is allowed before each number.</param>
    internal static (int First, int Last)? TryParse(string text, char? marker = null)
    {
        var parts = text.Split('-', '\u2013', '\u2014');
        return parts.Length > 2 || Number(parts[0]) is not { } first || Number(parts[^1]) is not { } last ? null : (first, last);

        int? Number(string part)
        {
            var digits = part.AsSpan().Trim();
            if (marker is { } mark && digits.StartsWith(mark))
                digits = digits[1..];
            return digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9') ? null
                : int.TryParse(digits, out var number) ? number
                : int.MaxValue;
        }
    }

    /// <summary>The part of a range that exists; null if none of it does.</summary>
    internal static (int First, int Last)? Within((int First, int Last) range, int first, int last) =>
        range.First > last || range.Last < first ? null : (Math.Max(range.First, first), Math.Min(range.Last, last));

    /// <summary>The caller's text for an error message, shortened if it is too long to be a range.</summary>
    internal static string Shown(string text) => text.Length <= 40 ? text : $"{text[..40]}…";

    internal static ChatSessionException Backwards(string what, string text) =>
        new(ChatSessionError.InvalidArgument, $"Invalid {what} '{Shown(text)}': put the lower number first.");
}
