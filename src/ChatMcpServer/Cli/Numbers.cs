using System.Globalization;
using ChatSessions;

namespace ChatMcpServer.Cli;

/// <summary>Numbers as people write them for a flag or a variable.</summary>
internal static class Numbers
{
    /// <summary>Reads a number.</summary>
    /// <exception cref="ChatSessionException">It is none, or out of its range.</exception>
    public static int Parse(string name, string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                max == int.MaxValue
                    ? string.Create(CultureInfo.InvariantCulture, $"{name} '{text}' is not a whole number from {min} on.")
                    : string.Create(CultureInfo.InvariantCulture, $"{name} '{text}' is not a whole number from {min:N0} to {max:N0}.")
            );
}
