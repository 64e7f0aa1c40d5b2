using System.Collections.Immutable;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>
/// The same calls again and again, one after the other, with the same arguments and the same results. Waiting for something that then
/// happens is no loop.
/// </summary>
/// <param name="Round">The calls that come again: one, or up to eight.</param>
/// <param name="Rounds">How often they were made.</param>
/// <param name="Last">The position of the last call.</param>
public sealed record CallLoop(ImmutableArray<ToolUse> Round, int Rounds, int Last)
{
    private const int LongestRound = 8;

    /// <summary>One call made twice may be a second try. Several calls made twice in the same order are not.</summary>
    private const int FewestOfOne = 3;
    private const int FewestOfSeveral = 2;

    /// <summary>The position of the first call.</summary>
    public int First => Round[0].Position;

    /// <summary>The loops, those with the most calls first.</summary>
    /// <param name="keys">The key of each tool use.</param>
    internal static ImmutableArray<CallLoop> Find(
        Session session,
        IReadOnlyList<ToolUse> uses,
        int[] keys,
        CancellationToken cancellationToken
    ) =>
        [
            .. Stretches(session)
                .SelectMany(stretch =>
                    FindIn(stretch.ConvertAll(index => uses[index]), [.. stretch.Select(index => keys[index])], cancellationToken)
                )
                .OrderByDescending(loop => loop.Rounds * loop.Round.Length)
                .ThenBy(loop => loop.First),
        ];

    /// <summary>Calls with nothing between them but what the agent writes and thinks.</summary>
    private static IEnumerable<List<int>> Stretches(Session session)
    {
        var (stretch, next) = (new List<int>(), 0);
        foreach (var step in session.Steps)
        {
            if (step is ToolUse use)
            {
                if (use.Call is not null && !ThoughtTool.Is(use))
                    stretch.Add(next);
                next++;
            }
            else if (step is UserMessage or RunEnd && stretch.Count > 0)
            {
                yield return stretch;
                stretch = [];
            }
        }
        yield return stretch;
    }

    private static IEnumerable<CallLoop> FindIn(List<ToolUse> calls, int[] keys, CancellationToken cancellationToken)
    {
        var ends = new int[LongestRound + 1][];
        var looks = new (int Length, int Hash)?[calls.Count];
        for (var length = 1; length <= LongestRound; length++)
            ends[length] = Ends(keys, length, IsSame);
        for (var start = 0; start < calls.Count; )
        {
            var (end, length) = Longest(ends, start);
            if (length > 0 && !IsWaiting(calls, keys, end, length))
                yield return new(
                    [.. calls.GetRange(start, length)],
                    (end - start) / length,
                    calls[start + (end - start) / length * length - 1].Position
                );
            start = length > 0 ? end : start + 1;
        }

        bool IsSame(int one, int other)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return SameResult.IsAlready(calls[one], calls[other]) ?? Look(one) == Look(other);
        }

        // Each result is compared with several others, so what remains of it without times is kept.
        (int, int) Look(int index) =>
            looks[index] ??= SameResult.Without(calls[index]) is var text
                ? (text.Length, string.GetHashCode(text, StringComparison.Ordinal))
                : default;
    }

    /// <summary>
    /// For each call, where the calls that repeat the ones before end, if a round of so many calls begins with it. Found from the end, so the
    /// time is proportional to the calls.
    /// </summary>
    private static int[] Ends(int[] keys, int length, Func<int, int, bool> isSame)
    {
        var ends = new int[keys.Length];
        for (var start = keys.Length - 1; start >= 0; start--)
        {
            var next = start + length;
            var isRepeated = next < keys.Length && keys[start] == keys[next] && isSame(start, next);
            ends[start] = isRepeated ? ends[start + 1] : Math.Min(next, keys.Length);
        }
        return ends;
    }

    /// <summary>The most calls that a round repeats; of equally many, the shortest round. A length of 0 says that there is none.</summary>
    private static (int End, int Length) Longest(int[][] ends, int start)
    {
        var (most, longest) = (0, 0);
        for (var length = 1; length <= LongestRound; length++)
        {
            var rounds = (ends[length][start] - start) / length;
            if (rounds >= (length == 1 ? FewestOfOne : FewestOfSeveral) && ends[length][start] > most)
                (most, longest) = (ends[length][start], length);
        }
        return (most, longest);
    }

    /// <summary>Whether the next call of the round was made once more, and then had what was waited for: another result, and no failure.</summary>
    private static bool IsWaiting(List<ToolUse> calls, int[] keys, int end, int length) =>
        end < calls.Count && keys[end] == keys[end - length] && calls[end].Outcome.Kind == ToolOutcomeKind.Ok;
}
