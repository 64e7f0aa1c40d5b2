using System.Text;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Words;

namespace ChatSessions.Condensing;

/// <summary>
/// The windows of a session's texts that match some words best: those that have the rarest words, near each other. A word is rare if few
/// steps of the session hold it.
/// </summary>
internal sealed class Focus
{
    /// <summary>Only the windows of so many steps are compared.</summary>
    private const int MostSteps = 100;
    private const int MostWindows = 8;

    /// <summary>A word counts half at this distance from another, in characters; beyond the limit not at all.</summary>
    private const int Near = 100;
    private const int Limit = 300;

    /// <summary>What a word with another ending counts, compared with the word itself.</summary>
    private const double Alike = 0.6;

    /// <summary>How much the other words of the same step count.</summary>
    private const double SameStep = 0.15;

    /// <summary>Whoever has a question knows what the user asked for, of which the beginning is shown anyway.</summary>
    private const double OfUser = 0.5;

    /// <summary>A text with more matches is not searched to its end.</summary>
    private const int MostHits = 100_000;

    /// <summary>How much is shown before and after the words.</summary>
    private const int Before = 120;
    private const int After = 240;

    private readonly WordMatch words;
    private readonly double[] rarity;
    private readonly Dictionary<int, double> steps;
    private readonly Dictionary<(int Step, int Part, int Length), FocusWindow[]> windows = [];

    public Focus(Session session, string text, int first, int last, CancellationToken cancellationToken)
    {
        words = new WordMatch(text);
        rarity = new double[words.Count];
        var held = new List<(int Position, ulong Words)>();
        var counts = new int[words.Count];
        var total = 0;
        foreach (var step in session.Steps.Where(step => step.LastPosition >= first && step.Position <= last))
        {
            cancellationToken.ThrowIfCancellationRequested();
            total++;
            if (WordsOf(step) is not 0 and var found)
                held.Add((step.Position, found));
            for (var number = 0; number < counts.Length; number++)
                counts[number] += (int)(held is [.., var (position, some)] && position == step.Position ? some >> number & 1 : 0);
        }
        for (var number = 0; number < counts.Length; number++)
            rarity[number] = Math.Log(1 + (total + 1) / (counts[number] + 0.5));
        steps = held.Select(step => (step.Position, Worth: Sum(step.Words)))
            .OrderByDescending(step => step.Worth)
            .ThenBy(step => step.Position)
            .Take(MostSteps)
            .ToDictionary(step => step.Position, step => step.Worth);
    }

    /// <summary>Whether no text holds any of the words.</summary>
    public bool IsEmpty => steps.Count == 0;

    /// <summary>Whether a step is among those that match best.</summary>
    public bool Has(Step step) => steps.ContainsKey(step.Position);

    /// <summary>The best windows of a text, best first.</summary>
    /// <param name="step">A step that matches.</param>
    /// <param name="part">Which of its texts it is.</param>
    public FocusWindow[] WindowsIn(Step step, int part, RecordedText text)
    {
        // The two forms of an answer may show different texts of a step, because their heads say different things.
        var key = (step.Position, part, text.Text.Length);
        if (!windows.TryGetValue(key, out var found))
            windows[key] = found = [
                .. Best(text, steps[step.Position] * SameStep)
                    .Select(one => step is UserMessage ? one with { Score = OfUser * one.Score } : one),
            ];
        return found;
    }

    private ulong WordsOf(Step step) =>
        step switch
        {
            ToolUse use => (use.Call is { } call ? WordsIn(call.Arguments.Utf8.Span, isJson: true) : 0)
                | (use.Result is { } result ? WordsIn(result.Result.Utf8.Span, isJson: true) : 0),
            UserMessage { Event: var input } => WordsIn(input.Json.Property("content").Utf8.Span, isJson: true),
            Passage passage => WordsIn(Encoding.UTF8.GetBytes(passage.Text), isJson: false),
            RunEnd { Event: var stop } => WordsIn(stop.Json.Property("error").Utf8.Span, isJson: true),
            _ => 0,
        };

    private ulong WordsIn(ReadOnlySpan<byte> utf8, bool isJson)
    {
        var found = 0UL;
        Span<byte> scratch = stackalloc byte[WordReader.ScratchBytes];
        var reader = new WordReader(utf8, isJson, scratch);
        while (reader.Read())
        {
            if (words.Find(reader.Word, out _) is >= 0 and var number)
                found |= 1UL << number;
            if (!reader.Whole.IsEmpty && words.Find(reader.Whole, out _) is >= 0 and var whole)
                found |= 1UL << whole;
        }
        return found;
    }

    private List<FocusWindow> Best(RecordedText text, double worthOfStep)
    {
        var hits = Hits(text);
        var scores = new double[hits.Count];
        var nearest = new double[words.Count];
        for (var (index, from) = (0, 0); index < hits.Count; index++)
        {
            while (hits[index].Start - hits[from].Start > Limit)
                from++;
            Array.Clear(nearest);
            // Of a word that comes again and again, only the nearest counts.
            for (var other = from; other < hits.Count && hits[other].Start - hits[index].Start <= Limit; other++)
            {
                var distance = (double)Math.Abs(hits[other].Start - hits[index].Start);
                ref var best = ref nearest[hits[other].Word];
                best = Math.Max(best, hits[other].Worth / (1 + distance / Near));
            }
            scores[index] = nearest.Sum();
        }
        var taken = new List<FocusWindow>();
        foreach (var index in Enumerable.Range(0, hits.Count).OrderByDescending(index => scores[index]))
        {
            if (taken.Count == MostWindows)
                break;
            var (start, end) = Around(text, hits[index].Start, hits[index].End);
            if (taken.TrueForAll(one => one.End <= start || one.Start >= end))
                taken.Add(new(start, end, scores[index] + worthOfStep));
        }
        return taken;
    }

    private List<(int Start, int End, int Word, double Worth)> Hits(RecordedText text)
    {
        var hits = new List<(int, int, int, double)>();
        var utf8 = Encoding.UTF8.GetBytes(text.Text);
        Span<byte> scratch = stackalloc byte[WordReader.ScratchBytes];
        var reader = new WordReader(utf8, text.IsJson, scratch);
        var (bytes, characters) = (0, 0);
        while (hits.Count < MostHits && reader.Read())
        {
            var number = words.Find(reader.Word, out var isExact);
            if (number < 0 && !reader.Whole.IsEmpty)
                number = words.Find(reader.Whole, out isExact);
            if (number < 0)
                continue;
            characters += Encoding.UTF8.GetCharCount(utf8.AsSpan(bytes..reader.Start));
            bytes = reader.Start;
            var length = Encoding.UTF8.GetCharCount(utf8.AsSpan(reader.Start..reader.End));
            hits.Add((characters, characters + length, number, rarity[number] * (isExact ? 1 : Alike)));
        }
        return hits;
    }

    /// <summary>The lines around a word, if they are short; of long ones, so much of them.</summary>
    private static (int Start, int End) Around(RecordedText text, int start, int end)
    {
        var lines = text.Lines;
        var (from, to) = (Line(lines, start), Line(lines, Math.Max(start, end - 1)));
        while (from > 0 && start - lines[from - 1] <= Before)
            from--;
        while (to + 2 < lines.Length && lines[to + 2] - end <= After)
            to++;
        return (
            start - lines[from] <= 2 * Before ? lines[from] : Excerpt.EndNear(text, start - Before),
            lines[to + 1] - end <= 2 * After ? lines[to + 1] : Excerpt.EndNear(text, end + After)
        );
    }

    private static int Line(int[] lines, int index) => Array.BinarySearch(lines, index) is var found && found < 0 ? ~found - 1 : found;

    private double Sum(ulong found)
    {
        var sum = 0.0;
        for (var number = 0; number < rarity.Length; number++)
            sum += (found >> number & 1) * rarity[number];
        return sum;
    }
}

/// <summary>A stretch of a text that matches.</summary>
/// <param name="Score">Higher is better.</param>
internal readonly record struct FocusWindow(int Start, int End, double Score);
