using System.Collections.Immutable;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>A tool that a session calls. It names the parameters, because a call with only one argument does not.</summary>
/// <param name="Parameters">The argument names of the first calls.</param>
/// <param name="Calls">How often it is called.</param>
/// <param name="Failed">How many of the calls failed; null if none did.</param>
public sealed record SessionTool(string Name, ImmutableArray<string> Parameters, int Calls, int? Failed)
{
    /// <summary>The tool in a few words, such as <c>bash(command) ×60</c>.</summary>
    public override string ToString() => $"{Name}({string.Join(", ", Parameters)}) ×{Calls}";
}

/// <summary>The tools that a session calls, most called first.</summary>
internal static class ToolList
{
    private const int MostTools = 12;
    private const int MostParameters = 8;
    private const int LongestName = 64;

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
        var named = parameters.Take(MostParameters).Select(parameter => OutgoingText.ShowLine(parameter, LongestName) ?? "");
        if (parameters.Count > MostParameters)
            named = named.Append("…");
        var failed = calls.Count(use => use.Outcome.IsFailure);
        return new(OutgoingText.ShowLine(name, LongestName) ?? "", [.. named], calls.Count, failed == 0 ? null : failed);
    }
}
