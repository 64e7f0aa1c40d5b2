using System.Runtime.InteropServices;

namespace ChatSessions.Analysis;

/// <summary>What a session says again: results that are the same as an earlier one, and calls that repeat the call before them.</summary>
public sealed class Repetitions
{
    /// <summary>Pointing to a shorter result costs more than showing it again.</summary>
    private const int ShortestResult = 80;

    private readonly Dictionary<int, int> firstOfResult = [];
    private readonly HashSet<int> repeatedCalls = [];
    private readonly Dictionary<int, RepeatedRun> runs;

    /// <summary>Compares the tool uses of a session, by the JSON that was recorded.</summary>
    public Repetitions(Session session)
    {
        Failures = new Failures(session);
        runs = RepeatedRuns.Find(session, Failures);
        var results = new Dictionary<(int Length, int Hash), List<ToolResultEvent>>();
        ToolUse? before = null;
        foreach (var use in session.ToolUses)
        {
            if (use.Result is { Result.Utf8: { Length: >= ShortestResult } utf8 } result)
                Compare(results, result, utf8.Span);
            if (use.Call is { } call)
            {
                if (before?.Call is { } last && last.Name == call.Name && last.Arguments.Utf8.Span.SequenceEqual(call.Arguments.Utf8.Span))
                    repeatedCalls.Add(last.Position);
                before = use;
            }
        }
    }

    /// <summary>What fails again.</summary>
    internal Failures Failures { get; }

    /// <summary>The position of the first result that is the same as this one; null when this is the first.</summary>
    public int? FirstSame(ToolResultEvent result) => firstOfResult.TryGetValue(result.Position, out var first) ? first : null;

    /// <summary>True when the next call is the same call: of a run of polling calls, of all but the last.</summary>
    public bool IsRepeatedByNext(ToolCallEvent call) => repeatedCalls.Contains(call.Position);

    /// <summary>The run of repeated calls in whose middle a step says nothing new; null when it is in none, or says something new.</summary>
    internal RepeatedRun? RunOf(Step step) => runs.GetValueOrDefault(step.Position);

    private void Compare(Dictionary<(int, int), List<ToolResultEvent>> results, ToolResultEvent result, ReadOnlySpan<byte> utf8)
    {
        var hash = new HashCode();
        hash.AddBytes(utf8);
        ref var alike = ref CollectionsMarshal.GetValueRefOrAddDefault(results, (utf8.Length, hash.ToHashCode()), out _);
        foreach (var earlier in alike ??= [])
        {
            if (earlier.Result.Utf8.Span.SequenceEqual(utf8))
            {
                firstOfResult[result.Position] = earlier.Position;
                return;
            }
        }
        alike.Add(result);
    }
}
