using System.Collections.Immutable;
using ChatSessions.Analysis;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Words;

namespace ChatSessions.ToolCalls;

/// <summary>How often a tool was called, and how that ended.</summary>
/// <param name="Name">The tool's name as it may be shown.</param>
/// <param name="Calls">Its calls, and results without a call.</param>
/// <param name="Failed">How many failed.</param>
/// <param name="Unanswered">How many have no result.</param>
public sealed record CalledTool(string Name, int Calls, int Failed, int Unanswered)
{
    /// <summary>How many tools are named; of the others only the number is.</summary>
    public const int MostNamed = 12;

    /// <summary>What is shown of a tool whose name is empty, and of a result without a call.</summary>
    public const string NoName = "(no name)";

    private const int LongestName = 64;
    private const int MostMeant = 3;

    /// <summary>Longer names are not compared letter by letter.</summary>
    private const int LongestMeant = 200;

    private string Recorded { get; init; } = "";

    /// <summary>The name among the server's own words.</summary>
    internal string Shown => Recorded.Length == 0 ? Name : Quoted.Tool(Name);

    /// <summary>The tools of some calls, most called first.</summary>
    public static ImmutableArray<CalledTool> Count(IEnumerable<CallFacts> calls) =>
        [
            .. calls
                .GroupBy(call => call.Use.Name)
                .Select(tool => new CalledTool(
                    ShowName(tool.Key),
                    tool.Count(),
                    tool.Count(call => call.Use.Outcome.IsFailure),
                    tool.Count(call => call.Use.Outcome.Kind == ToolOutcomeKind.Unanswered)
                )
                {
                    Recorded = tool.Key,
                })
                .OrderByDescending(tool => tool.Calls),
        ];

    /// <summary>Tools on one line, such as <c>bash ×56 (12 failed, 1 unanswered), python ×3, and 2 more tools</c>.</summary>
    /// <param name="more">How many tools there are other than those that are named.</param>
    public static string List(IReadOnlyCollection<CalledTool> named, int more) =>
        named.Count == 0
            ? $"{more.Grouped()} {(more == 1 ? "tool" : "tools")}"
            : string.Join(", ", named) + (more > 0 ? $", and {more.Grouped()} more {(more == 1 ? "tool" : "tools")}" : "");

    /// <summary>The tools that a caller may have meant by another name.</summary>
    internal static List<CalledTool> Like(string name, IEnumerable<CalledTool> tools) =>
        [
            .. tools
                .Where(tool =>
                    tool.Recorded.Length is > 0 and <= LongestMeant
                    && name.Length is > 0 and <= LongestMeant
                    && (
                        tool.Recorded.Contains(name, StringComparison.OrdinalIgnoreCase)
                        || name.Contains(tool.Recorded, StringComparison.OrdinalIgnoreCase)
                        || Spelling.IsClose(tool.Recorded.ToLowerInvariant(), name.ToLowerInvariant())
                    )
                )
                .Take(MostMeant),
        ];

    internal bool IsNamed(string name, StringComparison comparison) => Recorded.Equals(name, comparison);

    internal static string ShowName(string name) => OutgoingText.ShowLine(OutgoingText.ShowName(name), LongestName) ?? NoName;

    /// <summary>The tool in a few words.</summary>
    public override string ToString()
    {
        var ended = string.Join(
            ", ",
            new[]
            {
                Failed > 0 ? $"{Failed.Grouped()} failed" : null,
                Unanswered > 0 ? $"{Unanswered.Grouped()} unanswered" : null,
            }.OfType<string>()
        );
        return $"{Shown} ×{Calls.Grouped()}{(ended.Length > 0 ? $" ({ended})" : "")}";
    }
}
