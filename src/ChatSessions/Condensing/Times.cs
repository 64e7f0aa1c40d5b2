using System.Globalization;
using ChatSessions.Model;

namespace ChatSessions.Condensing;

/// <summary>
/// The times in labels, such as <c> (2026-03-01 10:00)</c>; empty if none was recorded. Only imported sessions have times, so the events of
/// others are not searched for them.
/// </summary>
internal static class Times
{
    /// <summary>A shorter call needs no remark.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    /// <summary>When a turn began, in UTC; without the date if it is that of the turn before.</summary>
    public static string OfTurn(Session session, UserInputEvent input)
    {
        if (session.Summary.Recording is null || input.Timestamp is not { } moment)
            return "";
        var number = session.TurnAt(input.Position).Number;
        var before = number > 1 ? session.Turns[number - 2].Began : null;
        var format = before?.UtcDateTime.Date == moment.UtcDateTime.Date ? "HH:mm" : "yyyy-MM-dd HH:mm";
        return $" ({moment.UtcDateTime.ToString(format, CultureInfo.InvariantCulture)})";
    }

    /// <summary>When a message of the user came, as ISO 8601 in UTC; null if that was not recorded.</summary>
    public static string? Began(Session session, UserInputEvent input) =>
        session.Summary.Recording is not null && input.Timestamp is { } moment
            ? moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture)
            : null;

    /// <summary>How long a call took in milliseconds, if that is long.</summary>
    public static long? InMilliseconds(Session session, ToolUse use) =>
        session.Summary.Recording is not null && use.Duration is { } duration && duration >= Long ? (long)duration.TotalMilliseconds : null;

    /// <summary>How long a call took, if that is long.</summary>
    public static string Of(Session session, ToolUse use) =>
        session.Summary.Recording is not null && use.Duration is { } duration && duration >= Long
            ? string.Create(CultureInfo.InvariantCulture, $" (took {Seconds(duration)})")
            : "";

    private static string Seconds(TimeSpan duration) =>
        duration.TotalMinutes < 2 ? $"{(int)duration.TotalSeconds} s"
        : duration.TotalHours < 2 ? $"{(int)duration.TotalMinutes} min"
        : $"{((long)duration.TotalHours).Grouped()} h";
}
