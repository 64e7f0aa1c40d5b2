using System.Text;

namespace ChatSessions.Archive.Postgres;

/// <summary>
/// Texts as PostgreSQL takes them: it refuses NUL. U+E000 stands before a digit for it and for itself, so that what is read is what was written.
/// Halves of characters become replacement characters, as in SQLite.
/// </summary>
internal static class StoredText
{
    private const char Mark = '\uE000';

    /// <summary>The longest text in an index of several columns, in characters. PostgreSQL takes 2,704 bytes.</summary>
    private const int LongestKey = 512;

    public static string Of(string text)
    {
        if (text.AsSpan().IndexOfAny('\0', Mark) < 0 && text.All(one => !char.IsSurrogate(one)))
            return text;
        var stored = new StringBuilder(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
            _ = rune.Value switch
            {
                0 => stored.Append(Mark).Append('0'),
                Mark => stored.Append(Mark).Append('1'),
                _ => stored.Append(rune.ToString()),
            };
        return stored.ToString();
    }

    /// <summary>A text on one line.</summary>
    public static string Line(string text) => Of(text).Replace("\n", $"{Mark}2");

    public static string Read(string stored) =>
        stored.Contains(Mark, StringComparison.Ordinal)
            ? stored.Replace($"{Mark}0", "\0").Replace($"{Mark}2", "\n").Replace($"{Mark}1", $"{Mark}")
            : stored;

    /// <summary>A text to be found by an index: of a longer one, its end, which is what tells folders apart.</summary>
    public static string Key(string text) => Of(text.Length <= LongestKey ? text : text[^LongestKey..]);
}
