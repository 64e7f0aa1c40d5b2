using System.Runtime.InteropServices;

namespace ChatSessions.Analysis;

/// <summary>What a session says again: results that are the same as an earlier one, and calls that repeat the call before them.</summary>
public sealed class Repetitions
{
    /// <summary>Pointing to less costs more than showing it again.</summary>
    private const int ShortestJson = 80;

    private readonly Dictionary<int, int> firstOfResult = [];
    private readonly Dictionary<int, int> firstOfCall = [];
    private readonly Dictionary<int, RepeatedRun> runs;

    /// <summary>Compares the tool uses of a session, by the JSON that was recorded.</summary>
    public Repetitions(Session session)
    {
        Failures = new Failures(session);
        runs = RepeatedRuns.Find(session, Failures);
        var results = new Dictionary<(int Length, int Hash), List<ToolResultEvent>>();
        ToolCallEvent? before = null;
        foreach (var use in session.ToolUses)
        {
            if (use.Result is { Result.Utf8: { Length: >= ShortestJson } utf8 } result)
                Compare(results, result, utf8.Span);
            if (use.Call is { } call)
            {
                if (call.Arguments.Utf8.Length >= ShortestJson && before is not null && IsSame(before, call))
                    firstOfCall[call.Position] = FirstSame(before) ?? before.Position;
                before = call;
            }
        }
    }

    /// <summary>What fails again.</summary>
    internal Failures Failures { get; }

    /// <summary>The position of the first result that is the same as this one; null when this is the first.</summary>
    public int? FirstSame(ToolResultEvent result) => firstOfResult.TryGetValue(result.Position, out var first) ? first : null;

    /// <summary>
    /// The position of the first of the calls that are made one after the other and are all the same as this one; null when this is the
    /// first.
    /// </summary>
    public int? FirstSame(ToolCallEvent call) => firstOfCall.TryGetValue(call.Position, out var first) ? first : null;

    /// <summary>The run of repeated calls in whose middle a step says nothing new; null when it is in none, or says something new.</summary>
    internal RepeatedRun? RunOf(Step step) => runs.GetValueOrDefault(step.Position);

    private static bool IsSame(ToolCallEvent one, ToolCallEvent other) =>
        one.Name == other.Name && one.Arguments.Utf8.Span.SequenceEqual(other.Arguments.Utf8.Span);

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
