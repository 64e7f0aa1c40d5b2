using System.Collections.Immutable;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>A run of the agent, as far as its end was recorded.</summary>
/// <param name="First">The position of its first event.</param>
/// <param name="Stop">The event that ended it.</param>
public sealed record RunUsage(int First, StopEvent Stop)
{
    /// <summary>The runs, the last first.</summary>
    internal static ImmutableArray<RunUsage> Find(Session session)
    {
        var runs = ImmutableArray.CreateBuilder<RunUsage>();
        var first = 0;
        foreach (var stop in session.Events.OfType<StopEvent>())
        {
            runs.Add(new(first, stop));
            first = stop.Position + 1;
        }
        runs.Reverse();
        return runs.DrainToImmutable();
    }
}

/// <summary>What the calls of one tool took. The tokens of a tool are not recorded, the length of its results is.</summary>
/// <param name="Time">From the calls to their results; null if no call has times.</param>
/// <param name="Timed">How many calls have times.</param>
/// <param name="Bytes">The JSON of the results.</param>
public sealed record ToolUsage(string Tool, int Calls, int Failed, int Unanswered, TimeSpan? Time, int Timed, long Bytes)
{
    /// <summary>The tools, those with the longest time first, then those with the longest results.</summary>
    internal static ImmutableArray<ToolUsage> Find(IReadOnlyList<ToolUse> uses) =>
        [
            .. uses.Where(use => use.Call is not null)
                .GroupBy(use => use.Name)
                .Select(calls => Sum(calls.Key, [.. calls]))
                .OrderByDescending(tool => tool.Time ?? TimeSpan.Zero)
                .ThenByDescending(tool => tool.Bytes),
        ];

    private static ToolUsage Sum(string tool, List<ToolUse> calls)
    {
        var (failed, unanswered, timed, time, bytes) = (0, 0, 0, TimeSpan.Zero, 0L);
        foreach (var use in calls)
        {
            failed += use.Outcome.IsFailure ? 1 : 0;
            unanswered += use.Result is null ? 1 : 0;
            bytes += use.Result?.Result.Utf8.Length ?? 0;
            // Few sessions have times, and looking for one takes longer than all the rest.
            if (use.Call!.Json.Utf8.Span.IndexOf("\"timestamp\""u8) < 0 || use.Duration is not { } duration)
                continue;
            timed++;
            time += duration;
        }
        return new(tool, calls.Count, failed, unanswered, timed == 0 ? null : time, timed, bytes);
    }
}
