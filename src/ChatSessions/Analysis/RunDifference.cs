using System.Globalization;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>A difference between the calls of a run or their results: a value somewhere in their JSON.</summary>
/// <param name="IndexInRound">Which call of a round has the value, from 0.</param>
/// <param name="IsInResult">Whether the value is in the result, not in the arguments.</param>
/// <param name="Path">The names and indexes that lead to it in the JSON.</param>
/// <param name="Name">The last name of the path; <c>arguments</c> or <c>result</c> if it has none.</param>
internal sealed record RunDifference(int IndexInRound, bool IsInResult, string Path, string Name)
{
    /// <summary>At most this many differences are found.</summary>
    public const int Most = 4;

    private const char Separator = '\0';

    /// <summary>About this many uses of a long run are compared.</summary>
    private const int MostLikes = 64;

    /// <summary>Only this many values of each JSON are compared.</summary>
    private const int MostValues = 64;

    /// <summary>
    /// Anything longer, or nested deeper, is compared as one value, because its difference would not fit into a few words.
    /// </summary>
    private const int LongestJson = 16_000;
    private const int DeepestJson = 6;

    /// <summary>Finds how tool uses differ from those that they repeat.</summary>
    public static IReadOnlyList<RunDifference> Find(IReadOnlyList<(ToolUse Like, ToolUse First, int IndexInRound)> likes)
    {
        var found = new List<RunDifference>();
        foreach (var (index, (like, first, indexInRound)) in likes.Index())
        foreach (var isInResult in (bool[])[false, true])
        {
            if (IsSame(Json(like, isInResult), Json(first, isInResult)))
                continue;
            // In a long run only some uses are compared, including the last one. Whether there is any difference is always found.
            if (found.Count > 0 && (likes.Count - 1 - index) % (likes.Count / MostLikes + 1) != 0)
                continue;
            var (values, others) = (Values(like, isInResult), Values(first, isInResult));
            var differences = values
                .Concat(others)
                .Where(value => !IsSame(values.GetValueOrDefault(value.Key).Value, others.GetValueOrDefault(value.Key).Value))
                .Select(value => new RunDifference(indexInRound, isInResult, value.Key, value.Value.Name))
                // If the difference is deeper than the values compared, the whole counts as different.
                .DefaultIfEmpty(new(indexInRound, isInResult, "", NameOfWhole(isInResult)));
            found = [.. found.Union(differences).Take(Most)];
            if (found.Count == Most)
                return found;
        }
        return found;
    }

    /// <summary>The value in a tool use; missing if it has none.</summary>
    public RawJson In(ToolUse use)
    {
        var value = Json(use, IsInResult);
        foreach (var step in Path.Split(Separator).Skip(1))
            value =
                value.Kind == JsonValueKind.Array
                    ? value.Items().ElementAtOrDefault(int.Parse(step, CultureInfo.InvariantCulture))
                    : value.Property(step);
        return value;
    }

    private static string NameOfWhole(bool isInResult) => isInResult ? "result" : "arguments";

    private static bool IsSame(RawJson one, RawJson other) => one.Utf8.Span.SequenceEqual(other.Utf8.Span);

    private static RawJson Json(ToolUse use, bool isInResult) => isInResult ? use.Result?.Result ?? default : use.Call!.Arguments;

    private static Dictionary<string, (string Name, RawJson Value)> Values(ToolUse use, bool isInResult)
    {
        var values = new Dictionary<string, (string, RawJson)>();
        Collect(values, Json(use, isInResult), "", NameOfWhole(isInResult), depth: 0);
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
            Collect(values, value, $"{path}{Separator}{property}", property, depth + 1);
        foreach (var (index, item) in json.Items().Index())
            Collect(values, item, $"{path}{Separator}{index}", name, depth + 1);
    }
}
