using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace Fidelity;

/// <summary>Rows of JSON that are shown as a table: <c>40 rows: id | status</c>, a line for each of the first, and a marker for the rest.</summary>
internal static partial class ShownRows
{
    /// <summary>
    /// Whether the table before a marker holds every value of the rows before the cut, counts all of them truly, and begins with what stands
    /// before the rows.
    /// </summary>
    public static bool AreTrue(string before, Cut cut, Place place)
    {
        var head = HeadPattern().Matches(before).LastOrDefault();
        var more = MorePattern().Match(cut.Marker);
        if (head is null || !more.Success || Parse(place.Text) is not { } root)
            return false;
        var arrays = root.Kind == JsonValueKind.Array ? [root] : root.Properties().Select(property => property.Value);
        var array = arrays.Where(value => value.Kind == JsonValueKind.Array).OrderByDescending(value => value.Utf8.Length).FirstOrDefault();
        var rows = array.Items();
        var count = rows.Count - TranscriptEntry.Number(more, "count");
        var lines = before[(head.Index + head.Length)..].Split('\n');
        return count > 0
            && rows.Count == TranscriptEntry.Number(head, "count")
            && place.Text[..place.Index].EndsWith(rows[count - 1].ToString(), StringComparison.Ordinal)
            && lines.Length == count + 1
            && lines[^1].Length == 0
            && rows.Zip(lines).Take(count).All(row => row.First.Properties().All(field => Holds(row.Second, field.Value)))
            && BeginsAs(before[..head.Index], array, place.Text);
    }

    /// <summary>A cell is the text of a string, or the value's JSON, or blank.</summary>
    private static bool Holds(string line, RawJson value) =>
        value.Kind == JsonValueKind.Null
        || line.Contains(OutgoingText.Show(RecordedJson.Compact(value.ToString())), StringComparison.Ordinal)
        || (value.AsString() is { } text && line.Contains(OutgoingText.Show(text), StringComparison.Ordinal));

    /// <summary>Whether the table begins with what stands before the rows.</summary>
    private static bool BeginsAs(string before, RawJson array, string text)
    {
        var start = OutgoingText.Show(text[..text.IndexOf(array.ToString(), StringComparison.Ordinal)].TrimEnd());
        var shown = start.Length == 0 ? "" : $"{start}\n";
        return before.EndsWith(shown, StringComparison.Ordinal) && Honesty.IsBeginning(before[..^shown.Length]);
    }

    private static RawJson? Parse(string text)
    {
        try
        {
            return RawJson.Parse(Encoding.UTF8.GetBytes(text));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"(?<count>[\d,]+) rows: [^\n]*\n")]
    private static partial Regex HeadPattern();

    [GeneratedRegex(@": (?<count>[\d,]+) more rows\]$")]
    private static partial Regex MorePattern();
}
