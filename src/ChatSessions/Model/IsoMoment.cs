using System.Globalization;

namespace ChatSessions.Model;

/// <summary>Dates and times in ISO 8601; without a time zone they are UTC.</summary>
public static class IsoMoment
{
    private const int LongestShown = 60;

    /// <summary>Parses a date, or a date and time; null if the text is neither.</summary>
    public static DateTimeOffset? Find(string? text) =>
        // DateTimeOffset.TryParse accepts more, and completes a time such as "10:00" with today's date.
        text is not null
        && BeginsWithDate(text.AsSpan().TrimStart())
        && DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var moment
        )
            ? moment
            : null;

    /// <summary>Parses an optional argument; null if it is missing.</summary>
    /// <param name="name">The caller's name for the argument.</param>
    /// <exception cref="ChatSessionException">The text is not a date.</exception>
    public static DateTimeOffset? Parse(string name, string? text) =>
        text is null
            ? null
            : Find(text)
                ?? throw new ChatSessionException(
                    ChatSessionError.InvalidArgument,
                    $"Invalid {name} '{Shown(text)}'. " + "Use a date such as 2026-04-22 or 2026-04-22T12:34:41Z."
                );

    /// <summary>Parses the optional ends of a time span.</summary>
    /// <param name="afterName">The caller's name for the argument that says when it begins.</param>
    /// <exception cref="ChatSessionException">One is not a date, or nothing is between them.</exception>
    public static (DateTimeOffset? After, DateTimeOffset? Before) ParseSpan(
        string afterName,
        string? after,
        string beforeName,
        string? before
    ) =>
        (Parse(afterName, after), Parse(beforeName, before)) is var span && span.Item1 >= span.Item2
            ? throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"Nothing is between {afterName} '{Shown(after!)}' and {beforeName} '{Shown(before!)}'. Pass an earlier {afterName}, or leave one out."
            )
            : span;

    private static string Shown(string text) => text.Length <= LongestShown ? text : $"{text[..LongestShown]}…";

    private static bool BeginsWithDate(ReadOnlySpan<char> text)
    {
        const string form = "0000-00-00";
        if (text.Length < form.Length)
            return false;
        for (var index = 0; index < form.Length; index++)
            if (form[index] == '0' ? !char.IsAsciiDigit(text[index]) : text[index] != form[index])
                return false;
        return true;
    }
}
