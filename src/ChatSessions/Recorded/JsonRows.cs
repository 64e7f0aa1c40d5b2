using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Recorded;

/// <summary>
/// The rows of a JSON text that is mainly an array of similar objects, such as the result of a query. A table is much shorter than the
/// JSON, where every row repeats the field names.
/// </summary>
internal sealed class JsonRows
{
    private const int ShortestText = 400;
    private const int FewestRows = 4;
    private const int MostFields = 16;

    /// <summary>Longer rows are passages of text with a few fields.</summary>
    private const int LongestRow = 600;

    /// <summary>
    /// If the rows have a string of this length on average, they are passages too: a reader first wants to see how each begins.
    /// </summary>
    private const int LongText = 240;

    /// <summary>The fields are taken from this many rows.</summary>
    private const int RowsLookedAt = 20;

    private readonly List<string> fields;
    private readonly List<RawJson> rows;
    private readonly int[] ends;
    private readonly string before;
    private readonly List<string> lines = [];

    private JsonRows(List<string> fields, List<RawJson> rows, int[] ends, string before) =>
        (this.fields, this.rows, this.ends, this.before) = (fields, rows, ends, before);

    public int Count => rows.Count;

    /// <summary>The text before the rows, as recorded.</summary>
    public string Before => before;

    /// <summary>The names of the fields, in the order of each row's values.</summary>
    public IReadOnlyList<string> Fields => fields;

    /// <summary>How many rows the first characters of the text contain, at least one.</summary>
    public int CountIn(int characters) =>
        Math.Clamp(Array.BinarySearch(ends, characters) is var found && found < 0 ? ~found : found + 1, 1, Count);

    /// <summary>Where the first rows end in the text.</summary>
    public int EndOf(int count) => ends[count - 1];

    /// <summary>The rows of a text; null if it is not JSON or has no suitable array.</summary>
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
        if (rows.Sum(LongestString) > rows.Count * LongText || Blobs.Numbers(text).Any())
            return null;
        // The text before the rows is shown with them.
        var before = text[..Encoding.UTF8.GetCharCount(utf8, 0, StartIn(utf8, array))];
        if (before.TrimEnd().Length > LongestRow)
            return null;
        var named = rows.Take(RowsLookedAt).Select(row => row.Properties().Select(field => field.Key).ToList()).ToList();
        var fields = named.SelectMany(names => names).Distinct().ToList();
        // If the objects have little in common, most of the table would be blank.
        var isAlike = named.Sum(names => names.Count) * 2 >= named.Count * fields.Count;
        return isAlike && fields.Count is > 0 and <= MostFields ? new(fields, rows, EndsIn(utf8, rows), before) : null;

        static int LongestString(RawJson row) =>
            row.Properties()
                .Where(field => field.Value.Kind == JsonValueKind.String)
                .Select(field => field.Value.Utf8.Length)
                .DefaultIfEmpty()
                .Max();

        static bool IsRow(RawJson row) => row.Kind == JsonValueKind.Object && row.Utf8.Length <= 4 * LongestRow;
    }

    /// <summary>The text before the rows, their number and fields, and the first of them.</summary>
    public string Show(int count)
    {
        while (lines.Count < count)
            lines.Add(Line(rows[lines.Count]));
        var text = new StringBuilder();
        if (before.AsSpan().TrimEnd() is { IsEmpty: false } start)
            text.Append(start).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"{Count:N0} rows: {string.Join(" | ", fields.Select(Name))}\n");
        foreach (var line in lines.Take(count))
            text.Append(line).Append('\n');
        return text.ToString();
    }

    /// <summary>
    /// The first rows as JSON: the values of each in the order of the fields, and behind them an object with those that have no place there.
    /// </summary>
    public JsonElement Values(int count)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, ShownJson.Unescaped))
        {
            writer.WriteStartArray();
            foreach (var row in rows.Take(count))
            {
                var values = row.Properties().ToLookup(field => field.Key, field => field.Value);
                writer.WriteStartArray();
                foreach (var field in fields)
                    ShownJson.WriteOrText(writer, values[field].LastOrDefault());
                var others = values.Where(value => !fields.Contains(value.Key)).ToList();
                if (others.Count > 0)
                {
                    writer.WriteStartObject();
                    foreach (var other in others)
                    {
                        writer.WritePropertyName(OutgoingText.ShowName(other.Key));
                        ShownJson.WriteOrText(writer, other.Last());
                    }
                    writer.WriteEndObject();
                }
                writer.WriteEndArray();
            }
            writer.WriteEndArray();
        }
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private string Line(RawJson row)
    {
        var values = row.Properties().ToLookup(field => field.Key, field => field.Value);
        var cells = fields.ConvertAll(field => Cell(values[field].LastOrDefault()));
        foreach (var other in values.Where(value => !fields.Contains(value.Key)))
            cells.Add($"{Name(other.Key)}: {Cell(other.Last())}");
        return string.Join(" | ", cells);
    }

    private static string Name(string field) => field.AsSpan().ContainsAny("|\"\n\r") ? Quoted.Text(OutgoingText.ShowName(field)) : field;

    /// <summary>The shortest unambiguous form of a value; blank if it is null or missing.</summary>
    private static string Cell(RawJson value) =>
        value.AsString() is { Length: > 0 } text && !text.AsSpan().ContainsAny("|\"\n\r") && !LooksLikeJson(text) ? text
        : value.Kind is JsonValueKind.Null or JsonValueKind.Undefined ? ""
        : RecordedText.Compact(value);

    /// <summary>Whether a string, such as "5" or "true", would be mistaken for another JSON value.</summary>
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
