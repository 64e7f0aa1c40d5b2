using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>A tool that a session calls. It names the parameters, because a call with only one argument does not.</summary>
/// <param name="Parameters">The argument names of the first calls, without those in <paramref name="Always"/>.</param>
/// <param name="Calls">How often it is called.</param>
/// <param name="Failed">How many of the calls failed; null if none did.</param>
/// <param name="Always">The arguments with the same value in all calls, which entries do not repeat; null if all vary.</param>
public sealed record SessionTool(string Name, ImmutableArray<string> Parameters, int Calls, int? Failed, JsonElement? Always = null)
{
    /// <summary>The recorded name of the tool, and of the arguments in <see cref="Always"/>; these in a few words.</summary>
    internal (string Tool, ImmutableArray<string> Arguments, string Shown) Constant { get; init; } = ("", [], "");

    /// <summary>The tool in a few words, such as <c>bash(command; always workdir: /repo) ×60</c>.</summary>
    public override string ToString() =>
        $"{Quoted.Tool(Name)}({string.Join(", ", Parameters.Select(name => name == ToolList.More ? name : Quoted.Name(name)))}{(Always is null ? "" : $"; always {Constant.Shown}")}) ×{Calls}";
}

/// <summary>The tools that a session calls, most called first.</summary>
internal static class ToolList
{
    /// <summary>Stands for parameters that are not named.</summary>
    public const string More = "…";

    private const int MostTools = 12;
    private const int MostParameters = 8;
    private const int LongestName = 64;

    /// <summary>Of fewer calls, nothing is said to be always the same; and of a longer value neither.</summary>
    private const int FewestCalls = 3;
    private const int LongestValue = 60;

    private static readonly SearchValues<char> Ambiguous = SearchValues.Create(",;:()\"' \n");

    /// <summary>The parameters are taken from this many calls.</summary>
    private const int CallsLookedAt = 20;

    /// <summary>The tools to name, and how many more there are.</summary>
    public static (ImmutableArray<SessionTool> Named, int More) Rank(Session session)
    {
        var tools = session
            .ToolUses.Where(use => use.Call is not null)
            .GroupBy(use => use.Name)
            .Select(calls => (Name: calls.Key, Calls: calls.ToList()))
            .OrderByDescending(tool => tool.Calls.Count)
            .ThenBy(tool => tool.Calls[0].Position)
            .ToList();
        return ([.. tools.Take(MostTools).Select(tool => Describe(tool.Name, tool.Calls))], Math.Max(0, tools.Count - MostTools));
    }

    private static SessionTool Describe(string name, List<ToolUse> calls)
    {
        var parameters = calls
            .Take(CallsLookedAt)
            .SelectMany(use => use.Call!.Arguments.Properties())
            .Select(argument => argument.Key)
            .Distinct()
            .ToList();
        var constant = Constants(calls, parameters);
        var named = parameters
            .Where(parameter => !constant.Exists(one => one.Name == parameter))
            .Take(MostParameters)
            .Select(parameter => OutgoingText.ShowLine(parameter, LongestName) ?? "");
        if (parameters.Count - constant.Count > MostParameters)
            named = named.Append(More);
        var failed = calls.Count(use => use.Outcome.IsFailure);
        return new(
            OutgoingText.ShowLine(name, LongestName) ?? "",
            [.. named],
            calls.Count,
            failed == 0 ? null : failed,
            constant.Count == 0 ? null : ToJson(constant)
        )
        {
            Constant = (
                name,
                [.. constant.Select(one => one.Name)],
                string.Join(", ", constant.Select(one => $"{Quoted.Name(OutgoingText.ShowName(one.Name))}: {one.Shown}"))
            ),
        };
    }

    private static JsonElement ToJson(List<(string Name, RawJson Value, string Shown)> constant)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, ShownJson.Unescaped))
        {
            writer.WriteStartObject();
            foreach (var one in constant)
            {
                writer.WritePropertyName(OutgoingText.ShowName(one.Name));
                ShownJson.WriteOrText(writer, one.Value);
            }
            writer.WriteEndObject();
        }
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    /// <summary>The arguments that have the same value in all calls, with that value. None if all arguments are such.</summary>
    private static List<(string Name, RawJson Value, string Shown)> Constants(List<ToolUse> calls, List<string> parameters)
    {
        if (calls.Count < FewestCalls || parameters.Count > MostParameters)
            return [];
        var constant = parameters
            .Where(parameter => parameter.Length <= LongestName)
            .Select(parameter => (Name: parameter, Value: calls[0].Call!.Arguments.Property(parameter)))
            .Where(one => !one.Value.IsMissing && one.Value.Utf8.Length <= 2 * LongestValue)
            .ToList();
        foreach (var use in calls)
        {
            if (constant.Count == 0)
                return [];
            constant.RemoveAll(one => !use.Call!.Arguments.Property(one.Name).Utf8.Span.SequenceEqual(one.Value.Utf8.Span));
        }
        return constant.Count == parameters.Count
            ? []
            : [.. constant.Select(one => (one.Name, one.Value, Shown: Show(one.Value))).Where(one => one.Shown.Length <= LongestValue)];
    }

    /// <summary>The whole value on one line; a text that could be taken for something else has its quotes.</summary>
    private static string Show(RawJson value)
    {
        var json = OutgoingText.ShowJson(value);
        return value.AsString() is { Length: > 0 } text && json.Length == text.Length + 2 && !text.AsSpan().ContainsAny(Ambiguous)
            ? text
            : json.ReplaceLineEndings(" ");
    }
}
