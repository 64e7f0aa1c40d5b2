namespace ChatSessions.Model;

/// <summary>
/// What SWE-agent writes below the output of each command, whatever it was: <c>(Open file: /a.py)</c>, <c>(Current directory: /)</c> and
/// <c>bash-$</c>, each on a line.
/// </summary>
internal static class EditorPrompt
{
    private const string Prompt = "bash-$";

    private static readonly string[] States = ["(Open file: ", "(Current directory: ", "(Interactive session: "];

    /// <summary>A text without the lines below its output.</summary>
    public static string Without(string text)
    {
        var rest = text.AsSpan().TrimEnd();
        if (!rest.EndsWith($"\n{Prompt}", StringComparison.Ordinal))
            return text;
        rest = rest[..^(Prompt.Length + 1)];
        while (rest.LastIndexOf('\n') is >= 0 and var start && IsState(rest[(start + 1)..]))
            rest = rest[..start];
        return rest.ToString();
    }

    private static bool IsState(ReadOnlySpan<char> line)
    {
        foreach (var state in States)
            if (line.StartsWith(state, StringComparison.Ordinal) && line.EndsWith(')'))
                return true;
        return false;
    }

    /// <summary>A text in its JSON form without the lines below its output.</summary>
    public static ReadOnlySpan<byte> Without(ReadOnlySpan<byte> json)
    {
        if (!json.EndsWith("\\nbash-$"u8))
            return json;
        var rest = json[..^"\\nbash-$".Length];
        while (rest.LastIndexOf("\\n"u8) is >= 0 and var start && IsState(rest[(start + 2)..]))
            rest = rest[..start];
        return rest;
    }

    private static bool IsState(ReadOnlySpan<byte> line) =>
        line.EndsWith(")"u8)
        && (line.StartsWith("(Open file: "u8) || line.StartsWith("(Current directory: "u8) || line.StartsWith("(Interactive session: "u8));
}
