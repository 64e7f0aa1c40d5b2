using System.Collections.Immutable;
using ChatSessions.Redaction;

namespace ChatSessions.Condensing;

/// <summary>The tools that a session calls, most called first, each with its parameters' names: what the calls leave unsaid.</summary>
internal static class ToolList
{
    private const int MostTools = 12;
    private const int MostParameters = 8;
    private const int LongestName = 64;

    /// <summary>So many calls of a tool tell its parameters.</summary>
    private const int CallsLookedAt = 20;

    public static ImmutableArray<string> Of(Session session)
    {
        var tools = session
            .ToolUses.Where(use => use.Call is not null)
            .GroupBy(use => use.Name)
            .Select(calls => (Name: calls.Key, Calls: calls.ToList()))
            .OrderByDescending(tool => tool.Calls.Count)
            .ThenBy(tool => tool.Calls[0].Position)
            .ToList();
        var listed = tools
            .Take(MostTools)
            .Select(tool => $"{OutgoingText.ShowLine(tool.Name, LongestName)}({Parameters(tool.Calls)}) ×{tool.Calls.Count}");
        return tools.Count > MostTools ? [.. listed, $"and {tools.Count - MostTools} more tools"] : [.. listed];
    }

    private static string Parameters(List<ToolUse> calls)
    {
        var names = calls
            .Take(CallsLookedAt)
            .SelectMany(use => use.Call!.Arguments.Properties())
            .Select(argument => argument.Key)
            .Distinct()
            .ToList();
        var listed = string.Join(", ", names.Take(MostParameters).Select(name => OutgoingText.ShowLine(name, LongestName)));
        return names.Count > MostParameters ? $"{listed}, …" : listed;
    }
}
