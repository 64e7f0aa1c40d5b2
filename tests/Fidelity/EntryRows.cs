using System.Text;
using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace Fidelity;

/// <summary>Rows of a result whose values are shown without their names.</summary>
internal static class EntryRows
{
    /// <summary>
    /// Whether the text before the rows is the recorded one, all rows are counted truly, and of each row before the cut every value is
    /// exactly the recorded one.
    /// </summary>
    public static bool AreTrue(string before, JsonElement shown, Place cut)
    {
        RawJson root;
        try
        {
            root = RawJson.Parse(Encoding.UTF8.GetBytes(cut.Text));
        }
        catch (JsonException)
        {
            return false;
        }
        var arrays = root.Kind == JsonValueKind.Array ? [root] : root.Properties().Select(property => property.Value);
        var array = arrays.Where(value => value.Kind == JsonValueKind.Array).OrderByDescending(value => value.Utf8.Length).First();
        var (rows, values) = (array.Items(), shown.GetProperty("values").EnumerateArray().ToList());
        var fields = shown.GetProperty("fields").EnumerateArray().Select(field => field.GetString()!).ToList();
        return shown.GetProperty("count").GetInt32() == rows.Count
            && values.Count is > 0 and var count
            && count <= rows.Count
            && cut.Text[..cut.Index].EndsWith(rows[count - 1].ToString(), StringComparison.Ordinal)
            && before == EntryHonesty.Shown(cut.Text[..cut.Text.IndexOf(array.ToString(), StringComparison.Ordinal)])
            && rows.Zip(values).All(row => IsSame(fields, [.. row.Second.EnumerateArray()], row.First));
    }

    private static bool IsSame(List<string> fields, List<JsonElement> values, RawJson row)
    {
        var known = row.Properties().Where(field => fields.Contains(OutgoingText.ShowName(field.Key))).ToList();
        var others = row.Properties().Except(known).ToList();
        var shown = fields.Zip(values).ToLookup(pair => pair.First, pair => pair.Second);
        return values.Count == fields.Count + (others.Count > 0 ? 1 : 0)
            && known.All(field => shown[OutgoingText.ShowName(field.Key)].Any(value => EntryHonesty.IsSame(value, field.Value)))
            && others.All(field =>
                values[^1].TryGetProperty(OutgoingText.ShowName(field.Key), out var value) && EntryHonesty.IsSame(value, field.Value)
            );
    }
}
