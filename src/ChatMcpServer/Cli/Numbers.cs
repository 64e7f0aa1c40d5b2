using System.Globalization;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>Parses numbers from flags and variables, and formats them for people.</summary>
internal static class Numbers
{
    /// <summary>A number for people, such as <c>1,240</c>.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count of things, such as <c>1,240 sessions</c>.</summary>
    /// <param name="what">The thing in the singular.</param>
    public static string Count(long number, string what) => $"{Count(number)} {what}{(number == 1 ? "" : "s")}";

    /// <summary>A length in bytes, such as <c>21.3 MB</c>.</summary>
    public static string Size(long bytes) =>
        bytes switch
        {
            < 1_000 => Count(bytes, "byte"),
            < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} KB"),
            < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:N1} GB"),
        };

    /// <exception cref="ChatSessionException">The text is not a whole number, or is out of range.</exception>
    public static int Parse(string name, string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                max == int.MaxValue
                    ? string.Create(CultureInfo.InvariantCulture, $"Invalid {name} '{text}'. Use a whole number, {min} or more.")
                    : string.Create(CultureInfo.InvariantCulture, $"Invalid {name} '{text}'. Use a whole number from {min:N0} to {max:N0}.")
            );
}
