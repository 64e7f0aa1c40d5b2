using System.Text;
using System.Text.RegularExpressions;

namespace ChatMcpServer.Cli;

/// <summary>
/// Colours a session as text: what is said of it, not what was recorded, which stands behind a space at the margin and only has its cuts
/// dimmed.
/// </summary>
internal static partial class Transcript
{
    /// <summary>Colours the text line by line.</summary>
    /// <param name="text">As <see cref="ChatSessions.Condensing.CondensedSession.ToText"/> writes it.</param>
    /// <param name="paint">Gives a text its colour.</param>
    public static string Paint(string text, Func<string, Ink, string> paint)
    {
        var painted = new StringBuilder(text.Length * 9 / 8);
        var isHead = true;
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            isHead &= line.Length > 0;
            painted.Append(isHead ? HeadLine(line, paint) : Line(line, paint)).Append('\n');
        }
        return painted.ToString();
    }

    private static string HeadLine(string line, Func<string, Ink, string> paint)
    {
        if (line.StartsWith("Outcome: error", StringComparison.Ordinal))
            return paint(line, Ink.Red);
        var label = line.StartsWith(' ') ? 0 : line.IndexOf(':') + 1;
        return paint(line[..label], Ink.Bold) + line[label..];
    }

    private static string Line(string line, Func<string, Ink, string> paint)
    {
        if (line.StartsWith('…'))
            return paint(line, Ink.Dim);
        var label = Label.Match(line);
        var ink =
            Failure.IsMatch(label.Value) ? Ink.Red
            : line.StartsWith('→') ? Ink.Dim
            : Ink.Cyan;
        return paint(label.Value, ink) + Cut.Replace(line[label.Length..], cut => paint(cut.Value, Ink.Dim));
    }

    /// <summary>How an entry or a result begins: <c>#3 bash:</c>, <c>→ #7: failed (exit code 1):</c>, <c>#9 stop: ok (4.2 s)</c>.</summary>
    [GeneratedRegex(@"^(#\S+ stop: (ok|error)( \([^)]*\))?:?|→( #\d+:)?( failed \(.*?\):| unanswered$)?|#.*?(:(?= |$)|$))")]
    private static partial Regex Label { get; }

    [GeneratedRegex(@"^(→.* (failed|unanswered)|#\S+ stop: error)")]
    private static partial Regex Failure { get; }

    /// <summary>What stands for something left out: <c>…[+1,240 characters, #57 from 400]</c>.</summary>
    [GeneratedRegex(@"…\[\+[\d,]+ characters, #[^\]]+\]")]
    private static partial Regex Cut { get; }
}
