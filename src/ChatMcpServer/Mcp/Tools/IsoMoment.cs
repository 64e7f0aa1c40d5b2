using System.Globalization;
using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace ChatMcpServer.Mcp.Tools;

/// <summary>Dates and times as callers write them; without a zone they are UTC.</summary>
internal static partial class IsoMoment
{
    /// <summary>Reads a date or a time of a date; null where none is given.</summary>
    /// <exception cref="ChatSessionException">It is none.</exception>
    public static DateTimeOffset? Parse(string name, string? value) =>
        value is null ? null
        // What TryParse takes besides, such as "10:00", it completes from today's date.
        : IsoDate().IsMatch(value)
        && DateTimeOffset.TryParse(
            value,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var moment
        )
            ? moment
        : throw new ChatSessionException(
            ChatSessionError.InvalidArgument,
            $"{name} '{(value.Length <= 60 ? value : $"{value[..60]}…")}' is no date: give one such as 2026-04-22 or 2026-04-22T12:34:41Z."
        );

    [GeneratedRegex(@"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}")]
    private static partial Regex IsoDate();
}
