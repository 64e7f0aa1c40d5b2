using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace ChatSessions.Condensing;

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

    private JsonRows(List<string> fields, List<RawJson> rows, int[] ends) => (this.fields, this.rows, this.ends) = (fields, rows, ends);

    public int Count => rows.Count;

    /// <summary>How many rows the first characters of the text hold, of which one at least is shown and one at least is not.</summary>
    public int CountIn(int characters) =>
        Math.Clamp(Array.BinarySearch(ends, characters) is var found && found < 0 ? ~found : found + 1, 1, Count - 1);

    /// <summary>The character of the text behind the first rows.</summary>
    public int EndOf(int count) => ends[count - 1];

    /// <summary>The rows of a text; null when it is no JSON or has none to speak of.</summary>
    public static JsonRows? Of(string text)
    {
        if (text.Length < ShortestText || text.AsSpan().TrimStart() is not ['[' or '{', ..])
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
        var arrays = root.Kind == JsonValueKind.Array ? [root] : root.Properties().Select(property => property.Value);
        var array = arrays.Where(value => value.Kind == JsonValueKind.Array).MaxBy(value => value.Utf8.Length);
        if (array.Utf8.Length < utf8.Length / 2)
            return null;
        var rows = array.Items().ToList();
        if (rows.Count < FewestRows || array.Utf8.Length > rows.Count * LongestRow || rows.Exists(row => row.Kind != JsonValueKind.Object))
            return null;
        var named = rows.Take(RowsLookedAt).Select(row => row.Properties().Select(field => field.Key).ToList()).ToList();
        var fields = named.SelectMany(names => names).Distinct().ToList();
        // Of objects that have little in common a table would be mostly blank.
        var isAlike = named.Sum(names => names.Count) * 2 >= named.Count * fields.Count;
        return isAlike && fields.Count is > 0 and <= MostFields ? new(fields, rows, EndsIn(utf8, rows)) : null;
    }

    /// <summary>How many rows of which fields, and the first of them.</summary>
    public string Show(int count)
    {
        var text = new StringBuilder($"{Count:N0} rows: {string.Join(" | ", fields)}\n");
        foreach (var row in rows.Take(count))
        {
            var values = row.Properties().ToLookup(field => field.Key, field => field.Value);
            var cells = fields.ConvertAll(field => Cell(values[field].LastOrDefault()));
            foreach (var other in values.Where(value => !fields.Contains(value.Key)))
                cells.Add($"{other.Key}: {Cell(other.Last())}");
            text.AppendJoin(" | ", cells).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>A value as briefly as it cannot be mistaken; blank for null and for none.</summary>
    private static string Cell(RawJson value) =>
        value.AsString() is { Length: > 0 } text && !text.AsSpan().ContainsAny("|\"\n\r") && !LooksLikeJson(text) ? text
        : value.Kind is JsonValueKind.Null or JsonValueKind.Undefined ? ""
        : value.ToString();

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
            var row = rows[index].Utf8.Span;
            var end = (int)Unsafe.ByteOffset(in utf8[0], in row[0]) + row.Length;
            characters += Encoding.UTF8.GetCharCount(utf8, bytes, end - bytes);
            (bytes, ends[index]) = (end, characters);
        }
        return ends;
    }
}
