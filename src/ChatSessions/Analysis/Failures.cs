using System.Text;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>The failed tool uses of a session: which ones say nothing new, and which ones lie in the middle of many.</summary>
internal sealed class Failures
{
    /// <summary>Only this many characters of an error line, or of a result that is JSON, are compared.</summary>
    private const int LongestLine = 120;
    private const int LongestJson = 480;

    private readonly Dictionary<int, int> ranks = [];
    private readonly HashSet<int> repeated = [];

    public Failures(Session session)
    {
        var lines = new HashSet<string>();
        foreach (var use in session.ToolUses.Where(use => use.Outcome.IsFailure))
        {
            ranks.Add(use.Position, ranks.Count);
            if (!lines.Add(LineOf(ToolResultText.Find(use.Result!.Result))))
                repeated.Add(use.Position);
        }
    }

    /// <summary>Whether an earlier failure of the session ends in the same line.</summary>
    public bool IsRepeated(ToolUse use) => repeated.Contains(use.Position);

    /// <summary>The number of failures from this one to the first or last of the session, whichever is nearer; 0 for those two.</summary>
    public int DistanceFromEnds(ToolUse use) => Math.Min(ranks[use.Position], ranks.Count - 1 - ranks[use.Position]);

    /// <summary>The last line of a text that is not blank; for any other value, the beginning of its JSON.</summary>
    private static string LineOf(RawJson value)
    {
        if (value.AsString() is not { } text)
            return Encoding.UTF8.GetString(value.Utf8.Span[..Math.Min(value.Utf8.Length, LongestJson)]);
        var line = ErrorLine.Last(text).TrimStart();
        return line[..Math.Min(line.Length, LongestLine)];
    }
}
