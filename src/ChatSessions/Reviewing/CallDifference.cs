using System.Collections.Immutable;
using System.Text.Json;
using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>A value in which two calls of the same tool differ.</summary>
/// <param name="Name">The name of the argument; <c>result</c> if the results differ.</param>
/// <param name="One">The text of the value; null if the first call does not have it.</param>
/// <param name="Other">The text of the value; null if the second call does not have it.</param>
/// <param name="Start">How many characters of the first value stand before they differ.</param>
/// <param name="IsResult">Whether the results differ. An argument may have the name <c>result</c>, too.</param>
public sealed record CallDifference(string Name, string? One, string? Other, int Start, bool IsResult = false)
{
    private const string ResultName = "result";

    /// <summary>The same of the other value. Times in results are no difference, and may not have the same length.</summary>
    public int OtherStart { get; init; } = Start;

    /// <summary>The arguments that differ, and the result of calls whose arguments are the same.</summary>
    public static ImmutableArray<CallDifference> Between(ToolUse one, ToolUse other)
    {
        var (values, others) = (Values(one), Values(other));
        var names = values.Keys.Union(others.Keys);
        var differences = names
            .Select(name => OfArgument(name, values.GetValueOrDefault(name), others.GetValueOrDefault(name)))
            .OfType<CallDifference>()
            .ToImmutableArray();
        return differences.IsEmpty && Of(ResultName, ResultOf(one), ResultOf(other)) is { } result ? [OfResults(result)] : differences;
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

    /// <summary>The text "1" and the number 1 differ in their JSON only.</summary>
    private static CallDifference? OfArgument(string name, RawJson one, RawJson other) =>
        (one.Kind == JsonValueKind.String) != (other.Kind == JsonValueKind.String) && TextOf(one) == TextOf(other)
            ? Of(name, one.ToString(), other.ToString())
            : Of(name, TextOf(one), TextOf(other));

    private static string? TextOf(RawJson value) =>
        value.Kind is JsonValueKind.Null or JsonValueKind.Undefined ? null : value.AsString() ?? value.ToString();

    private static string? ResultOf(ToolUse use)
    {
        if (use.Result?.Result is not { IsMissing: false } result)
            return null;
        var text = ToolResultText.Find(result);
        return text.AsString() ?? text.ToString();
    }

    private static CallDifference OfResults(CallDifference result)
    {
        var (start, otherStart) = VaryingText.StartOfDifference(result.One ?? "", result.Other ?? "");
        return result with { IsResult = true, Start = start, OtherStart = otherStart };
    }

    private static CallDifference? Of(string name, string? one, string? other) =>
        one == other ? null : new(name, one, other, (one ?? "").AsSpan().CommonPrefixLength(other ?? ""));
}
