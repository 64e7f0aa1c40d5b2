using System.Text;

namespace ChatSessions.Recorded;

/// <summary>A string of JSON, decoded, and where each of its characters is written. What only looks like JSON is read too.</summary>
/// <param name="End">Where its closing quote is, or the end of the JSON.</param>
internal sealed record JsonStringText(string Decoded, int Start, int End)
{
    /// <summary>After each escape, the index in the decoded text and the place in the JSON.</summary>
    private readonly List<(int Index, int Place)> shifts = [];

    /// <param name="start">Where the string begins, after its quote.</param>
    public static JsonStringText Read(string json, int start)
    {
        var first = json.AsSpan(start).IndexOfAny('"', '\\');
        var end = first < 0 ? json.Length : start + first;
        if (end == json.Length || json[end] == '"')
            return new(json[start..end], start, end);
        var (text, at) = (new StringBuilder(), start);
        var shifts = new List<(int, int)>();
        while (true)
        {
            text.Append(json, at, end - at);
            if (end == json.Length || json[end] == '"')
                break;
            var length = Escapes.LengthAt(json, end);
            text.Append(Decode(json.AsSpan(end, length)));
            at = end + length;
            shifts.Add((text.Length, at));
            var next = json.AsSpan(at).IndexOfAny('"', '\\');
            end = next < 0 ? json.Length : at + next;
        }
        var read = new JsonStringText(text.ToString(), start, end);
        read.shifts.AddRange(shifts);
        return read;
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
