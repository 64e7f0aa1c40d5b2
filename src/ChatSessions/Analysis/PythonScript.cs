namespace ChatSessions.Analysis;

/// <summary>What a short script of an agent does to files, as far as its text says it.</summary>
internal static class PythonScript
{
    /// <summary>
    /// The files that a script writes: <c>open('a.py', 'w')</c>, <c>Path('a.py').write_text(…)</c>, or the same with a variable that was
    /// given the name.
    /// </summary>
    public static IReadOnlyCollection<string> FilesWrittenBy(string script)
    {
        var files = new HashSet<string>();
        var names = new HashSet<string>();
        foreach (var at in Places(script, "open("))
        {
            var rest = script.AsSpan(at);
            var length = rest.IndexOfAny(",)\n") is >= 0 and var comma ? comma : rest.Length;
            if (length == rest.Length || rest[length] != ',')
                continue;
            var mode = rest[(length + 1)..].TrimStart();
            mode = mode.StartsWith("mode=") ? mode[5..] : mode;
            if (mode is ['"' or '\'', 'w' or 'a', ..])
                AddNamed(rest[..length].Trim());
        }
        foreach (var at in Places(script, ".write_text("))
        {
            var before = script.AsSpan(0, at - ".write_text(".Length);
            if (before is [.., '"' or '\'', ')'])
                AddNamed(before[(before[..^2].LastIndexOf(before[^2]) is >= 0 and var quote ? quote : 0)..^1]);
            else
                AddNamed(before[(before.LastIndexOfAnyExcept(NameCharacters) + 1)..]);
        }
        return files;

        void AddNamed(ReadOnlySpan<char> name)
        {
            if (name is ['"' or '\'', .., '"' or '\''] && name.Length > 2)
                files.Add(name[1..^1].ToString());
            else if (
                !name.IsEmpty
                && !name.ContainsAnyExcept(NameCharacters)
                && names.Add(name.ToString())
                && ValueOf(script, name.ToString()) is { } value
            )
                files.Add(value);
        }
    }

    /// <summary>The lines of the script's texts over several lines that only one of the texts has.</summary>
    public static List<LineStretch> LinesOfOneText(string script)
    {
        var texts = TextsOf(script).ToList();
        var counts = new Dictionary<string, int>();
        foreach (var (start, end) in texts)
        foreach (var line in script[start..end].Split('\n').Select(line => line.Trim()).Distinct())
            counts[line] = counts.GetValueOrDefault(line) + 1;
        var found = new List<LineStretch>();
        foreach (var (start, end) in texts)
            found.AddRange(
                LineDifference
                    .Where(script.AsSpan(start, end - start), line => counts.GetValueOrDefault(line.Trim().ToString()) == 1)
                    .Select(one => one with { Start = one.Start + start, End = one.End + start })
            );
        return found;
    }

    private static IEnumerable<(int Start, int End)> TextsOf(string script)
    {
        for (var at = 0; script.AsSpan(at).IndexOfAny('"', '\'') is >= 0 and var next; )
        {
            var start = at + next;
            var quote = script[start];
            if (start + 2 >= script.Length || script[start + 1] != quote || script[start + 2] != quote)
            {
                at = start + 1;
                continue;
            }
            var end = script.IndexOf(quote == '"' ? "\"\"\"" : "'''", start + 3, StringComparison.Ordinal);
            if (end < 0)
                yield break;
            if (script.AsSpan(start + 3, end - start - 3).Contains('\n'))
                yield return (start + 3, end);
            at = end + 3;
        }
    }

    /// <summary>The text that a variable is given: <c>name = 'a.py'</c>, <c>name = Path("a.py")</c>.</summary>
    private static string? ValueOf(string script, string name)
    {
        foreach (var at in Places(script, name))
        {
            if (at - name.Length > 0 && NameCharacters.Contains(script[at - name.Length - 1]))
                continue;
            var rest = script.AsSpan(at).TrimStart(' ');
            if (rest is not ['=', not '=', ..])
                continue;
            rest = rest[1..];
            rest = rest[..(rest.IndexOf('\n') is >= 0 and var end ? end : rest.Length)];
            var quote = rest.IndexOfAny('"', '\'');
            if (quote < 0 || !(rest[..quote].Trim() is "" or ['P', 'a', 't', 'h', '('] or [.., '.', 'P', 'a', 't', 'h', '(']))
                continue;
            var length = rest[(quote + 1)..].IndexOf(rest[quote]);
            if (length > 0)
                return rest.Slice(quote + 1, length).ToString();
        }
        return null;
    }

    /// <summary>Where the text after each occurrence begins.</summary>
    private static IEnumerable<int> Places(string script, string text)
    {
        for (var at = 0; script.IndexOf(text, at, StringComparison.Ordinal) is >= 0 and var found; )
            yield return at = found + text.Length;
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
    );
}
