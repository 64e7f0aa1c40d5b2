namespace ChatSessions.Model;

/// <summary>
/// The lines at the beginning and the end of a JSON string, with their escapes. It is not decoded, because it is read for every result of a
/// session, and a result can be 100 MB long.
/// </summary>
internal ref struct OutputLines(ReadOnlySpan<byte> json)
{
    private const int HeadLength = 4 * 1024;
    private const int TailLength = 8 * 1024;

    private ReadOnlySpan<byte> rest = json.Length <= HeadLength + TailLength ? json : json[..HeadLength];
    private ReadOnlySpan<byte> tail = json.Length <= HeadLength + TailLength ? default : json[^TailLength..];

    /// <summary>The line, without the colors before its first character.</summary>
    public ReadOnlySpan<byte> Line { get; private set; }

    public bool Next()
    {
        var length = LineFeed(rest);
        if (length < 0 && !tail.IsEmpty)
        {
            // What is left of the beginning is part of a line only, and so is the start of the end.
            rest = AfterFirstLine(tail);
            tail = default;
            length = LineFeed(rest);
        }
        if (rest.IsEmpty)
            return false;
        Line = length < 0 ? rest : rest[..length];
        rest = length < 0 ? default : rest[(length + 2)..];
        if (Line.EndsWith("\\r"u8))
            Line = Line[..^2];
        Line = WithoutColors(Line);
        return true;
    }

    /// <summary>A line without the colors before its first character.</summary>
    public static ReadOnlySpan<byte> WithoutColors(ReadOnlySpan<byte> line)
    {
        while ((line.StartsWith("\\u001b["u8) || line.StartsWith("\\u001B["u8)) && line.IndexOf((byte)'m') is >= 0 and var end)
            line = line[(end + 1)..];
        return line;
    }

    /// <summary>The next line feed. With an even number of backslashes before the letter, it is a text, such as a Windows path.</summary>
    private static int LineFeed(ReadOnlySpan<byte> json, bool isCut = false)
    {
        for (var from = 0; json[from..].IndexOf("\\n"u8) is >= 0 and var found; from += found + 2)
        {
            var before = json[..(from + found)].LastIndexOfAnyExcept((byte)'\\');
            // Where the text was cut, there may have been more backslashes.
            if ((from + found - before) % 2 == 1 && !(isCut && before < 0))
                return from + found;
        }
        return -1;
    }

    private static ReadOnlySpan<byte> AfterFirstLine(ReadOnlySpan<byte> json) =>
        LineFeed(json, isCut: true) is >= 0 and var end ? json[(end + 2)..] : default;
}
