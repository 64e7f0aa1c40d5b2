using System.Collections.Immutable;
using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>A value in which two calls of the same tool differ.</summary>
/// <param name="Name">The name of the argument; <c>result</c> for the results.</param>
/// <param name="One">The text of the value; null if the first call does not have it.</param>
/// <param name="Other">The text of the value; null if the second call does not have it.</param>
/// <param name="Start">How many characters both have in common before they differ.</param>
public sealed record CallDifference(string Name, string? One, string? Other, int Start)
{
    /// <summary>The arguments that differ, and the result of calls whose arguments are the same.</summary>
    public static ImmutableArray<CallDifference> Between(ToolUse one, ToolUse other)
    {
        var (values, others) = (Values(one), Values(other));
        var names = values.Keys.Union(others.Keys);
        var differences = names
            .Select(name => Of(name, TextOf(values.GetValueOrDefault(name)), TextOf(others.GetValueOrDefault(name))))
            .OfType<CallDifference>()
            .ToImmutableArray();
        return differences.IsEmpty && Of("result", ResultOf(one), ResultOf(other)) is { } result ? [result] : differences;
    }

    private static Dictionary<string, RawJson> Values(ToolUse use)
    {
        var values = new Dictionary<string, RawJson>();
        var arguments = use.Call!.Arguments;
        foreach (var (name, value) in arguments.Properties())
            values[name] = value;
        if (values.Count == 0 && !arguments.IsMissing)
            values["arguments"] = arguments;
        return values;
    }

    private static string? TextOf(RawJson value) =>
        value.IsMissing || value.Kind == System.Text.Json.JsonValueKind.Null ? null : value.AsString() ?? value.ToString();

    private static string? ResultOf(ToolUse use)
    {
        if (use.Result?.Result is not { IsMissing: false } result)
            return null;
        var text = ToolResultText.Find(result);
        return text.AsString() ?? text.ToString();
    }

    private static CallDifference? Of(string name, string? one, string? other) =>
        one == other ? null : new(name, one, other, (one ?? "").AsSpan().CommonPrefixLength(other ?? ""));
}
