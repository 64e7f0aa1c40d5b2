using System.Globalization;
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

    /// <summary>
    /// A text in double quotes, as JSON, TOML and YAML have it. What is not to be seen is escaped; everything else stays, since not all of them take
    /// the two escapes that JSON has for a character beyond U+FFFF.
    /// </summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var letter in text)
            if (letter is '"' or '\\')
                quoted.Append('\\').Append(letter);
            else if (char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\uFEFF')
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else
                quoted.Append(letter);
        return quoted.Append('"').ToString();
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
