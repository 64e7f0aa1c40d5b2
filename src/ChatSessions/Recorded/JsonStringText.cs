using System.Buffers;

namespace ChatSessions.Recorded;

/// <summary>A string of JSON, decoded, and where each of its characters is written. What only looks like JSON is read too.</summary>
/// <param name="End">Where its closing quote is, or the end of the JSON.</param>
internal sealed record JsonStringText(string Decoded, int Start, int End)
{
    /// <summary>After each escape, the index in the decoded text and the place in the JSON.</summary>
    private List<(int Index, int Place)> shifts = [];

    /// <summary>Where the string that begins here has its closing quote, or the JSON its end.</summary>
    /// <param name="start">Where the string begins, after its quote.</param>
    public static int EndOf(string json, int start)
    {
        for (var at = start; ; at++)
        {
            var next = json.AsSpan(at).IndexOf('"');
            if (next < 0)
                return json.Length;
            at += next;
            var escapes = at;
            while (escapes > start && json[escapes - 1] == '\\')
                escapes--;
            if ((at - escapes) % 2 == 0)
                return at;
        }
    }

    /// <param name="start">Where the string begins, after its quote.</param>
    /// <param name="end">What <see cref="EndOf"/> says.</param>
    public static JsonStringText Read(string json, int start, int end)
    {
        var at = json.IndexOf('\\', start, end - start);
        if (at < 0)
            return new(json[start..end], start, end);
        var (shifts, buffer) = (new List<(int, int)>(), ArrayPool<char>.Shared.Rent(end - start));
        var (length, done) = (0, start);
        while (at >= 0)
        {
            Keep(at);
            done = Math.Min(end, at + Escapes.LengthAt(json, at));
            buffer[length++] = Decode(json.AsSpan(at, done - at));
            shifts.Add((length, done));
            at = json.IndexOf('\\', done, end - done);
        }
        Keep(end);
        var text = new string(buffer, 0, length);
        ArrayPool<char>.Shared.Return(buffer);
        return new(text, start, end) { shifts = shifts };

        void Keep(int to)
        {
            json.CopyTo(done, buffer, length, to - done);
            length += to - done;
        }
    }

    /// <summary>Where a character of the text is written.</summary>
    public int PlaceOf(int index)
    {
        var (low, high) = (0, shifts.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (shifts[middle].Index <= index)
                low = middle + 1;
            else
                high = middle;
        }
        return low == 0 ? Start + index : shifts[low - 1].Place + index - shifts[low - 1].Index;
    }

    private static char Decode(ReadOnlySpan<char> escape) =>
        escape switch
        {
            [var itself] => itself,
            [_, 'n'] => '\n',
            [_, 't'] => '\t',
            [_, 'r'] => '\r',
            [_, 'b'] => '\b',
            [_, 'f'] => '\f',
            [_, var itself] => itself,
            _ => (char)ushort.Parse(escape[2..], System.Globalization.NumberStyles.AllowHexSpecifier, null),
        };
}
