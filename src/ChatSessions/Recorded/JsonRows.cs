using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Recorded;

/// <summary>
/// The rows of a JSON text whose main part is an array of objects alike, such as the answer to a query: as a table they take a fraction
/// of their JSON, in which each row repeats the names of its fields.
/// </summary>
internal sealed class JsonRows
{
    private const int ShortestText = 400;
    private const int FewestRows = 4;
    private const int MostFields = 16;

    /// <summary>Longer rows are passages with some fields beside.</summary>
    private const int LongestRow = 600;

    /// <summary>So many rows tell the fields.</summary>
    private const int RowsLookedAt = 20;

    private readonly List<string> fields;
    private readonly List<RawJson> rows;
    private readonly int[] ends;
    private readonly string before;
    private readonly List<string> lines = [];

    private JsonRows(List<string> fields, List<RawJson> rows, int[] ends, string before) =>
        (this.fields, this.rows, this.ends, this.before) = (fields, rows, ends, before);

    public int Count => rows.Count;

    /// <summary>How many rows the first characters of the text hold, of which one at least is shown and one at least is not.</summary>
    public int CountIn(int characters) =>
        Math.Clamp(Array.BinarySearch(ends, characters) is var found && found < 0 ? ~found : found + 1, 1, Count - 1);

    /// <summary>The character of the text behind the first rows.</summary>
    public int EndOf(int count) => ends[count - 1];

    /// <summary>The rows of a text; null when it is no JSON or has none to speak of.</summary>
    public static JsonRows? Find(string text)
    {
        if (text.Length < ShortestText)
            return null;
        var utf8 = Encoding.UTF8.GetBytes(text);
        RawJson root;
        try
        {
            root = RawJson.Parse(utf8);
        }
        catch (JsonException)
        {
            return null;
        }
        var values = root.Kind == JsonValueKind.Array ? [root] : root.Properties().Select(property => property.Value);
        var array = values.OrderByDescending(value => value.Utf8.Length).FirstOrDefault();
        if (array.Kind != JsonValueKind.Array || array.Utf8.Length < utf8.Length / 2)
            return null;
        var rows = array.Items().ToList();
        if (rows.Count < FewestRows || array.Utf8.Length > rows.Count * LongestRow || !rows.TrueForAll(IsRow))
            return null;
        // What stands before the rows is shown with them.
        var before = text[..Encoding.UTF8.GetCharCount(utf8, 0, StartIn(utf8, array))].TrimEnd();
        if (before.Length > LongestRow)
            return null;
        var named = rows.Take(RowsLookedAt).Select(row => row.Properties().Select(field => field.Key).ToList()).ToList();
        var fields = named.SelectMany(names => names).Distinct().ToList();
        // Of objects that have little in common a table would be mostly blank.
        var isAlike = named.Sum(names => names.Count) * 2 >= named.Count * fields.Count;
        return isAlike && fields.Count is > 0 and <= MostFields ? new(fields, rows, EndsIn(utf8, rows), before) : null;

        static bool IsRow(RawJson row) => row.Kind == JsonValueKind.Object && row.Utf8.Length <= 4 * LongestRow;
    }

    /// <summary>What stands before the rows, how many they are and of which fields, and the first of them.</summary>
    public string Show(int count)
    {
        while (lines.Count < count)
            lines.Add(Line(rows[lines.Count]));
        var text = new StringBuilder();
        if (before.Length > 0)
            text.Append(before).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"{Count:N0} rows: {string.Join(" | ", fields)}\n");
        foreach (var line in lines.Take(count))
            text.Append(line).Append('\n');
        return text.ToString();
    }

    private string Line(RawJson row)
    {
        var values = row.Properties().ToLookup(field => field.Key, field => field.Value);
        var cells = fields.ConvertAll(field => Cell(values[field].LastOrDefault()));
        foreach (var other in values.Where(value => !fields.Contains(value.Key)))
            cells.Add($"{other.Key}: {Cell(other.Last())}");
        return string.Join(" | ", cells);
    }

    /// <summary>A value as briefly as it cannot be mistaken; blank for null and for none.</summary>
    private static string Cell(RawJson value) =>
        value.AsString() is { Length: > 0 } text && !text.AsSpan().ContainsAny("|\"\n\r") && !LooksLikeJson(text) ? text
        : value.Kind is JsonValueKind.Null or JsonValueKind.Undefined ? ""
        : RecordedText.Compact(value);

    /// <summary>True of a string such as "5" or "true", which would be taken for a number or a truth.</summary>
    private static bool LooksLikeJson(string text) =>
        text[0] is '[' or '{' or ' '
        || text[^1] == ' '
        || text is "true" or "false" or "null"
        || double.TryParse(text, CultureInfo.InvariantCulture, out _);

    private static int[] EndsIn(byte[] utf8, List<RawJson> rows)
    {
        var ends = new int[rows.Count];
        var (bytes, characters) = (0, 0);
        for (var index = 0; index < ends.Length; index++)
        {
            var end = StartIn(utf8, rows[index]) + rows[index].Utf8.Length;
            characters += Encoding.UTF8.GetCharCount(utf8, bytes, end - bytes);
            (bytes, ends[index]) = (end, characters);
        }
        return ends;
    }

    private static int StartIn(byte[] utf8, RawJson value) => (int)Unsafe.ByteOffset(in utf8[0], in value.Utf8.Span[0]);
}
