using ChatSessions.Analysis;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>What a reader of a session needs most: what was found and used later, the last diff, and the last text of each turn.</summary>
internal sealed class Highlights
{
    /// <summary>A line up to this length is shown whole; of a longer one, so much on either side of a word.</summary>
    private const int LongestLine = 160;
    private const int AroundWord = 60;

    /// <summary>The output of a run of tests has a verdict up to this many bytes.</summary>
    private const int LongestRun = 256 * 1024;

    /// <summary>Only so many words of a result are looked up.</summary>
    private const int MostWords = 200;

    private readonly UsedWords used;
    private readonly Dictionary<int, (int Start, int End)[]> tellingLines = [];
    private readonly HashSet<int> lastEdits;
    private readonly HashSet<int> answers;
    private readonly int lastAnswer;
    private readonly string lastDiff;
    private readonly HashSet<int> lastDiffs;
    private readonly int lastPass;

    public Highlights(Session session)
    {
        used = new UsedWords(session);
        Changes = new FileChanges(session);
        lastEdits = [.. Changes.Last.Where(change => !change.IsWritten).Select(change => change.Position)];
        var diff = session.Events.OfType<ToolResultEvent>().LastOrDefault(result => IsDiff(result.Result.Utf8.Span));
        lastDiffs =
        [
            .. session
                .Events.OfType<ToolResultEvent>()
                .Where(result => diff is not null && result.Result.Utf8.Span.SequenceEqual(diff.Result.Utf8.Span))
                .Select(result => result.Position),
        ];
        lastDiff = diff is null ? "" : ToolResultText.Find(diff.Result).AsText() ?? "";
        answers = [.. AnswersOf(session)];
        lastAnswer = answers.DefaultIfEmpty(-1).Max();
        lastPass = LastPassOf(session);
    }

    public FileChanges Changes { get; }

    /// <summary>Whether the result at a position is the last diff of the session. The same diff may have been shown before.</summary>
    public bool IsLastDiff(int position) => lastDiffs.Contains(position);

    /// <summary>Whether a call is the last run of the tests that had failed, and they passed. Without it, the failure would seem to be the last word.</summary>
    public bool IsLastPass(ToolUse use) => use.Position == lastPass;

    /// <summary>Whether the passage at a position is the last text of a turn.</summary>
    public bool IsAnswer(int position) => answers.Contains(position);

    public bool IsLastAnswer(int position) => position == lastAnswer;

    /// <summary>
    /// The lines of a result to show before the others: those that the agent used later, and a verdict. In order, without overlaps. Those of
    /// the last diff are left out, because that is shown first.
    /// </summary>
    public (int Start, int End)[] TellingLines(int position, string text, bool isJson)
    {
        // Both forms of an answer ask for them.
        if (!tellingLines.TryGetValue(position, out var lines))
            tellingLines[position] = lines = FindTellingLines(position, text, isJson);
        return lines;
    }

    private (int Start, int End)[] FindTellingLines(int position, string text, bool isJson)
    {
        var lines = new List<(int Start, int End)>();
        foreach (var word in used.In(position).Take(MostWords))
            if (
                Find(text, word) is >= 0 and var at
                && LineAround(text, at, word.Length, isJson) is var line
                && (
                    IsLastDiff(position)
                    || !lastDiff.AsSpan().Contains(text.AsSpan(line.Start..line.End).TrimEnd(), StringComparison.Ordinal)
                )
            )
                lines.Add(line);
        if (!isJson && VerdictLine.Last(text) is { } verdict)
            lines.Add(verdict);
        lines.Sort();
        var merged = new List<(int Start, int End)>();
        foreach (var line in lines)
        {
            if (merged is [.., var last] && line.Start <= last.End)
                merged[^1] = (last.Start, Math.Max(last.End, line.End));
            else
                merged.Add(line);
        }
        return [.. merged];
    }

    /// <summary>Whether a call writes or edits a file.</summary>
    public bool IsChange(ToolUse use) => Changes.Changes(use.Position);

    /// <summary>Whether a result only says that an editor wrote what it was told to write.</summary>
    public bool IsReceipt(ToolUse use) => IsChange(use) && !use.Outcome.IsFailure && ShellCommand.Find(use.Call) is null;

    /// <summary>Whether a call is the last edit of a file. A file written as a whole is more often a script that is run once.</summary>
    public bool IsLastEdit(ToolUse use) => lastEdits.Contains(use.Position);

    /// <summary>Whether a call is the last one that writes or edits a file.</summary>
    public bool IsLastChange(ToolUse use) => Changes.IsLast(use.Position);

    /// <summary>The lines of an argument that change a file, in order; all of it if the file is written for the first time.</summary>
    public (int Start, int End)[] ChangedLines(ToolUse use, RecordedText argument, RawJson value)
    {
        var changed = Changes.ChangedLines(use);
        return changed.Count == 0
            ? [(0, argument.Text.Length)]
            :
            [
                .. changed
                    .Where(one => one.Text.Utf8.Equals(value.Utf8))
                    .SelectMany(one => one.Lines.Select(line => (line.Start, line.End))),
            ];
    }

    private static int LastPassOf(Session session)
    {
        var passes = new Dictionary<string, int>();
        for (var index = session.Steps.Length - 1; index >= 0; index--)
        {
            if (session.Steps[index] is not ToolUse { Call: { } call, Result: { } result } use || result.Result.Utf8.Length > LongestRun)
                continue;
            var program = ShellCommand.Find(call) is { } command ? command.Main.Program : use.Name;
            if (!use.Outcome.IsFailure)
            {
                if (!passes.ContainsKey(program) && HasVerdict(result))
                    passes.Add(program, use.Position);
            }
            else if (passes.TryGetValue(program, out var pass))
                return pass;
            else if (HasVerdict(result))
                return -1;
        }
        return -1;
    }

    private static bool HasVerdict(ToolResultEvent result) =>
        ToolResultText.Find(result.Result).AsString() is { } text && VerdictLine.Last(text) is not null;

    private static IEnumerable<int> AnswersOf(Session session)
    {
        Step? last = null;
        foreach (var step in session.Steps)
        {
            if (step is UserMessage && last is not null)
            {
                yield return last.Position;
                last = null;
            }
            else if (step is Passage { Kind: PassageKind.Text })
                last = step;
        }
        if (last is not null)
            yield return last.Position;
    }

    private static bool IsDiff(ReadOnlySpan<byte> json) =>
        json.IndexOf("diff --git "u8) is > 0 and var at && (json[at - 1] == '"' || (json[at - 1] == 'n' && json[at - 2] == '\\'));

    /// <summary>Where a word stands first by itself; -1 if nowhere.</summary>
    private static int Find(string text, string word)
    {
        for (var from = 0; text.IndexOf(word, from, StringComparison.Ordinal) is >= 0 and var at; from = at + 1)
            if (
                (at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]))
                && (at + word.Length == text.Length || !char.IsAsciiLetterOrDigit(text[at + word.Length]))
            )
                return at;
        return -1;
    }

    /// <summary>The line of a text, or the value of JSON with its name, that has a word in it.</summary>
    private static (int Start, int End) LineAround(string text, int at, int length, bool isJson)
    {
        var (start, end) = isJson
            ? (text.LastIndexOfAny([',', '{', '[', '\n'], at) + 1, text.IndexOfAny([',', '}', ']', '\n'], at + length))
            : (text.LastIndexOf('\n', at) + 1, text.IndexOf('\n', at + length));
        if (end < 0)
            end = text.Length;
        while (start < at && char.IsWhiteSpace(text[start]))
            start++;
        return end - start <= LongestLine ? (start, end) : (Math.Max(start, at - AroundWord), Math.Min(end, at + length + AroundWord));
    }
}
