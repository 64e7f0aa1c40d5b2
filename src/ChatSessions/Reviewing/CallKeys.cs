using System.Text;
using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Reviewing;

/// <summary>
/// A number for each different call. Two calls are the same if they call the same tool with the same arguments; their order, white space
/// between tokens and arguments that are null do not count.
/// </summary>
internal sealed class CallKeys
{
    private readonly Dictionary<string, int> numbers = [];

    /// <summary>The number of a call by its arguments as recorded, for calls of one session, whose agent writes the same in the same way.</summary>
    public int OfRecorded(ToolUse use) => Number($"{use.Name}\n{use.Call?.Arguments}");

    public int Of(ToolUse use) => Number($"{use.Name}\n{Arguments(use.Call?.Arguments ?? default)}");

    /// <summary>The number of a text.</summary>
    public int Number(string text)
    {
        if (!numbers.TryGetValue(text, out var number))
            numbers[text] = number = numbers.Count;
        return number;
    }

    private static string Arguments(RawJson arguments)
    {
        if (arguments.Kind != JsonValueKind.Object)
            return Value(arguments);
        var properties = new List<string>();
        var walk = new JsonWalk(arguments);
        while (walk.NextProperty())
            if (walk.Value.Kind != JsonValueKind.Null)
                properties.Add($"{Encoding.UTF8.GetString(walk.Name)}:{Value(walk.Value)}");
        properties.Sort(StringComparer.Ordinal);
        return string.Join('\n', properties);
    }

    /// <summary>Line ends inside strings are escapes, so the parts stay apart. 1.0 is 1.</summary>
    private static string Value(RawJson value) =>
        value.Kind switch
        {
            JsonValueKind.Object or JsonValueKind.Array => RecordedText.Compact(value),
            JsonValueKind.Number when value.AsInt64() is { } whole => whole.ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
}
