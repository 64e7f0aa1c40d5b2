using System.Globalization;

namespace ChatMcpServer.Answers;

/// <summary>How long a call took, in a few characters: <c>340 ms</c>, <c>12.3 s</c>, <c>5 min</c>.</summary>
internal static class CallDuration
{
    public static string Write(long milliseconds) =>
        milliseconds switch
        {
            < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds} ms"),
            < 120_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000.0:0.#} s"),
            < 7_200_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 60_000} min"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 3_600_000:N0} h"),
        };
}
