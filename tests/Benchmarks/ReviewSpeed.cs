using System.Text;
using ChatMcpServer.Answers;
using ChatSessions.Json;
using ChatSessions.Recorded;
using ChatSessions.Reviewing;
using Fidelity;

namespace Benchmarks;

/// <summary>
/// What a review of a session and a comparison of two take, after the sessions were read, and then their answers in both forms. Of the second
/// session, every seventh call has another argument. A stranger has no call in common.
/// </summary>
internal static class ReviewSpeed
{
    private const int Repetitions = 9;
    private const int MaxTokens = 5_000;

    private static readonly int[] Lengths = [5_000, 20_000, 100_000];

    public static void Run(TextWriter output)
    {
        Machine.Describe(output);
        output.WriteLine(
            $"\nmilliseconds of processor time\n{"events", 9}{"review", 12}{"its answer", 12}{"compare", 12}{"its answer", 12}{"a stranger", 12}"
        );
        foreach (var length in Lengths)
        {
            var one = MadeSession.Json("ses-one", length);
            var other = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(one).Replace("\"line\":7", "\"line\":8", StringComparison.Ordinal));
            var stranger = MadeSession.Json("ses-stranger", length - 1);
            double[] times =
            [
                Best(() => Read(one), session => SessionReview.Of(session, CancellationToken.None)),
                Best(
                    () => SessionReview.Of(Read(one), CancellationToken.None),
                    review => Write(ReviewedSession.Within(MaxTokens, review, OutgoingText.DataNotice))
                ),
                Best(() => (Read(one), Read(other)), both => SessionComparison.Of(both.Item1, both.Item2, CancellationToken.None)),
                Best(
                    () => SessionComparison.Of(Read(one), Read(other), CancellationToken.None),
                    comparison => Write(ComparedSessions.Within(MaxTokens, comparison, OutgoingText.DataNotice))
                ),
                Best(() => (Read(one), Read(stranger)), both => SessionComparison.Of(both.Item1, both.Item2, CancellationToken.None)),
            ];
            output.WriteLine($"{length, 9:N0}{string.Concat(times.Select(time => $"{time, 9:0.0} ms"))}");
        }
    }

    private static ShownSession Read(byte[] json) => Answer.Door.Show(SessionJson.Read(json, "a made session"));

    private static void Write(ReviewedSession answer) => _ = (answer.ToText(), answer.ToJson());

    private static void Write(ComparedSessions answer) => _ = (answer.ToText(), answer.ToJson());

    /// <summary>
    /// The best of several times, as processor time, so that other programs do not count. What is prepared is not counted either.
    /// </summary>
    private static double Best<T>(Func<T> prepare, Action<T> action)
    {
        var best = double.MaxValue;
        for (var repetition = 0; repetition < Repetitions; repetition++)
        {
            var prepared = prepare();
            var before = Environment.CpuUsage.TotalTime;
            action(prepared);
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
        }
        return best;
    }
}
