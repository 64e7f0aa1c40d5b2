using System.Text.Json;

namespace ChatSessions.Analysis;

/// <summary>In what the calls of a run or their results differ: a value somewhere in their JSON.</summary>
/// <param name="IndexInRound">Which call of a round it is in, from 0.</param>
/// <param name="IsInResult">Whether it is in the result, and not in the arguments.</param>
/// <param name="Path">What leads to it in the JSON: names and indexes.</param>
/// <param name="Name">The last name on the way; <c>arguments</c> or <c>result</c> where there is none.</param>
internal sealed record RunDifference(int IndexInRound, bool IsInResult, string Path, string Name)
{
    /// <summary>So many are found at most.</summary>
    public const int Most = 4;

    /// <summary>What comes after so many values is not looked at.</summary>
    private const int MostValues = 64;

    /// <summary>What is longer or nested deeper is taken for one value: in what it differs is not said in a few words.</summary>
    private const int LongestJson = 16_000;
    private const int DeepestJson = 6;

    /// <summary>Finds in what tool uses differ from those that they are like.</summary>
    public static IReadOnlyList<RunDifference> Find(IEnumerable<(ToolUse Like, ToolUse First, int IndexInRound)> likes)
    {
        var found = new List<RunDifference>();
        foreach (var (like, first, indexInRound) in likes)
        foreach (var isInResult in (bool[])[false, true])
        {
            if (Json(like, isInResult).Utf8.Span.SequenceEqual(Json(first, isInResult).Utf8.Span))
                continue;
            var values = Values(first, isInResult);
            foreach (var (path, (name, value)) in Values(like, isInResult))
            {
                var isSame = values.TryGetValue(path, out var other) && other.Value.Utf8.Span.SequenceEqual(value.Utf8.Span);
                var difference = new RunDifference(indexInRound, isInResult, path, name);
                if (isSame || found.Contains(difference))
                    continue;
                found.Add(difference);
                if (found.Count == Most)
                    return found;
            }
        }
        return found;
    }

    /// <summary>The value in a tool use; missing where it has none there.</summary>
    public RawJson In(ToolUse use) => Values(use, IsInResult).TryGetValue(Path, out var found) ? found.Value : default;

    private static RawJson Json(ToolUse use, bool isInResult) => isInResult ? use.Result?.Result ?? default : use.Call!.Arguments;

    private static Dictionary<string, (string Name, RawJson Value)> Values(ToolUse use, bool isInResult)
    {
        var values = new Dictionary<string, (string, RawJson)>();
        Collect(values, Json(use, isInResult), "", isInResult ? "result" : "arguments", depth: 0);
        return values;
    }

    private static void Collect(Dictionary<string, (string, RawJson)> values, RawJson json, string path, string name, int depth)
    {
        if (values.Count >= MostValues)
            return;
        if (json.Kind is not (JsonValueKind.Object or JsonValueKind.Array) || json.Utf8.Length > LongestJson || depth == DeepestJson)
        {
            values[path] = (name, json);
            return;
        }
        foreach (var (property, value) in json.Properties())
            Collect(values, value, $"{path}/{property}", property, depth + 1);
        foreach (var (index, item) in json.Items().Index())
            Collect(values, item, $"{path}/{index}", name, depth + 1);
    }
}
