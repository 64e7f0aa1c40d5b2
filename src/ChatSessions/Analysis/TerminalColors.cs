using System.Text;

namespace ChatSessions.Analysis;

/// <summary>The codes for colors and the like in the output of programs that write to a terminal.</summary>
internal static class TerminalColors
{
    private const char Escape = '\u001b';

    /// <summary>A text without them. They stand before a word that says what a line is, and behind the last one.</summary>
    public static string Without(string text)
    {
        var at = text.IndexOf(Escape, StringComparison.Ordinal);
        if (at < 0)
            return text;
        var plain = new StringBuilder(text.Length);
        var done = 0;
        for (; at >= 0; at = text.IndexOf(Escape, done))
        {
            plain.Append(text, done, at - done);
            done = at + 1;
            if (done >= text.Length || text[done] != '[')
                continue;
            done++;
            while (done < text.Length && text[done] is (>= '0' and <= '9') or ';' or ':' or '?')
                done++;
            if (done < text.Length && text[done] is >= '@' and <= '~')
                done++;
        }
        return plain.Append(text, done, text.Length - done).ToString();
    }
}
