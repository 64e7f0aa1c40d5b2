using System.Text;

namespace ChatMcpServer.Installing;

/// <summary>A stretch of a text, and what takes its place.</summary>
internal readonly record struct TextEdit(int Start, int End, string Text)
{
    /// <summary>A text with all edits made; they must not overlap.</summary>
    public static string Apply(string text, params IEnumerable<TextEdit> edits)
    {
        var made = new StringBuilder(text.Length + 256);
        var done = 0;
        foreach (var edit in edits.OrderBy(edit => edit.Start).ThenBy(edit => edit.End))
        {
            made.Append(text, done, edit.Start - done).Append(edit.Text);
            done = edit.End;
        }
        return made.Append(text, done, text.Length - done).ToString();
    }

    /// <summary>How the lines of a text end.</summary>
    public static string NewLineOf(string text) => text.IndexOf('\n') is > 0 and var end && text[end - 1] == '\r' ? "\r\n" : "\n";

    /// <summary>Where the line with this position begins.</summary>
    public static int LineStart(string text, int at) => at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;

    /// <summary>The white space that the line with this position begins with.</summary>
    public static string Indentation(string text, int at)
    {
        var start = LineStart(text, at);
        var end = start;
        while (end < text.Length && text[end] is ' ' or '\t')
            end++;
        return text[start..end];
    }

    /// <summary>Whether there is only white space before this position in its line.</summary>
    public static bool IsFirstInLine(string text, int at) => LineStart(text, at) + Indentation(text, at).Length == at;
}
