using System.Globalization;
using ChatSessions.Model;

namespace ChatMcpServer.Hosting;

/// <summary>Times in days, as options and files write them: <c>90d</c>.</summary>
internal static class Days
{
    private const int Most = 3_650;

    /// <param name="name">What has the text, for the error.</param>
    /// <exception cref="ChatSessionException">The text is not such a time.</exception>
    public static TimeSpan Parse(string name, string text) =>
        text.EndsWith('d')
        && int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var days)
        && days is >= 1 and <= Most
            ? TimeSpan.FromDays(days)
            : throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"Invalid {name} '{text}'. Use a number of days such as 90d, at most {Most}d."
            );
}
