using System.Globalization;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Times as programs record them: in ISO 8601, or as seconds, milliseconds or microseconds since 1970.</summary>
internal static class RecordedMoment
{
    private const double FirstMilliseconds = 1e11;
    private const double FirstMicroseconds = 1e14;

    /// <summary>The time; null if the value is not a time.</summary>
    public static DateTimeOffset? Of(RawJson value) =>
        value.Kind == JsonValueKind.Number ? OfNumber(value.AsDouble())
        : value.AsString() is not { } text ? null
        : IsoMoment.Find(text)
            ?? (
                text.Length is > 8 and < 20
                && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                    ? OfNumber(number)
                    : null
            );

    private static DateTimeOffset? OfNumber(double? number) =>
        number switch
        {
            null or < 0 or >= 1e17 => null,
            >= FirstMicroseconds => DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round(number.Value / 1000)),
            >= FirstMilliseconds => DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round(number.Value)),
            _ => DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round(number.Value * 1000)),
        };
}
