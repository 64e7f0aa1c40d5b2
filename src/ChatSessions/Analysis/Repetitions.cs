using System.Runtime.InteropServices;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>What a session repeats: results identical to an earlier one, and calls that repeat the call before them.</summary>
public sealed class Repetitions
{
    /// <summary>A reference to anything shorter costs more than showing it again.</summary>
    private const int ShortestJson = 80;

    private readonly Dictionary<int, int> firstOfResult = [];
    private readonly Dictionary<int, int> firstOfCall = [];
    private readonly Dictionary<int, RepeatedRun> runs;

    /// <summary>Compares the tool uses of a session by their recorded JSON.</summary>
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
                    firstOfCall[call.Position] = firstOfCall.GetValueOrDefault(before.Position, before.Position);
                before = call;
            }
        }
    }

    /// <summary>The failures of the session, compared with each other.</summary>
    internal Failures Failures { get; }

    /// <summary>What a step repeats of the session from a position on.</summary>
    internal Recurrence Of(Step step, int since = 0)
    {
        var use = step as ToolUse;
        var (sameCall, sameResult) = (Since(firstOfCall, use?.Call), Since(firstOfResult, use?.Result));
        if (!runs.TryGetValue(step.Position, out var run))
            return sameCall is null && sameResult is null ? Recurrence.None : new(sameCall, sameResult, null, false);
        var saysNothingNew = use is null || run.IsLike(use);
        return new(sameCall, sameResult, saysNothingNew && run.Uses[0].Position >= since ? run : null, !saysNothingNew);

        int? Since(Dictionary<int, int> firsts, SessionEvent? @event) =>
            @event is not null && firsts.TryGetValue(@event.Position, out var first) && first >= since ? first : null;
    }

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
