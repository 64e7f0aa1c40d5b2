using System.Text.Json;
using System.Text.RegularExpressions;
using ChatSessions;
using ChatSessions.Analysis;
using ChatSessions.Condensing;

namespace Benchmarks;

/// <summary>
/// What a condensed session still holds, computed without a model, on each channel alone. White space is folded before comparing; in the
/// JSON channel a text also counts as found in its unescaped form.
/// </summary>
internal static partial class Fidelity
{
    private static readonly string[] Columns = ["over", "calls", "errors", "user", "answer", "stop", "args", "5%", "50%", "93%", "size"];

    public static void Run(IReadOnlyList<string> paths, TextWriter output)
    {
        foreach (var path in paths)
        {
            var sessions = SessionFiles.Read(path);
            output.WriteLine($"{Path.GetFileName(path)}: {sessions.Count} sessions");
            output.WriteLine($"{"budget", 7} {"channel", -7}" + string.Concat(Columns.Select(column => $"{column, 7}")));
            foreach (var budget in (int[])[2_500, 5_000, 10_000, 20_000])
            foreach (var form in Enum.GetValues<CondensedForm>())
            {
                var tally = new Tally();
                foreach (var session in sessions)
                    Measure(session, budget, form, tally);
                output.WriteLine($"{budget, 7:N0} {form, -7}" + string.Concat(Columns.Select(column => $"{tally.Percent(column), 7}")));
            }
        }
    }

    private static void Measure(Session session, int budget, CondensedForm form, Tally tally)
    {
        var answer = Condenser.Condense(
            session,
            new CondenseOptions
            {
                MaxTokens = budget,
                Form = form,
                Notes = new string('x', 200),
            }
        );
        var raw = form == CondensedForm.Text ? answer.ToText() : answer.ToJson().GetRawText();
        var tokens = TokenCounter.Count(raw);
        var shown = new Haystack(form == CondensedForm.Text ? [raw] : [raw, .. Strings(answer.ToJson())]);

        tally.Count("over", tokens > budget || raw.Length > budget * 5);
        tally.Add("size", tokens / (double)budget);
        foreach (var use in session.ToolUses)
        {
            if (use.Call is { } call)
            {
                tally.Count("calls", shown.HasPosition(call.Position, call.Name));
                foreach (var leaf in Leaves(call.Arguments.ToElement()).Where(leaf => leaf.Length >= 6))
                    tally.Count("args", shown.Has(leaf));
            }
            if (use.Result is not { } result)
                continue;
            var value = ToolResultText.Of(result.Result);
            var text = value.AsString() ?? value.ToString();
            if (use.Outcome.IsFailure && LastLine(text) is { Length: > 0 } line)
                tally.Count("errors", shown.Has(line[..Math.Min(120, line.Length)]));
            if (text.Length >= 600)
                foreach (var (column, at) in new[] { ("5%", 0.05), ("50%", 0.5), ("93%", 0.93) })
                    tally.Count(column, shown.Has(text.Substring((int)(text.Length * at), 24)));
        }
        foreach (var input in session.Events.OfType<UserInputEvent>())
            tally.Count("user", shown.Has(input.Content[..Math.Min(300, input.Content.Length)].Trim()));
        if (session.Events.OfType<TextEvent>().LastOrDefault() is { } last)
            tally.Count("answer", shown.Has(last.Content[..Math.Min(200, last.Content.Length)].Trim()));
        if (session.LastStop is { } stop)
            tally.Count(
                "stop",
                (stop.Error is null || shown.Has(stop.Error))
                    && new[] { stop.Usage.TotalInputTokens, stop.Usage.TotalOutputTokens }.All(count =>
                        count is null || shown.Has($"{count}")
                    )
            );
    }

    private static IEnumerable<string> Leaves(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Object => value.EnumerateObject().SelectMany(property => Leaves(property.Value)),
            JsonValueKind.Array => value.EnumerateArray().SelectMany(Leaves),
            _ => [],
        };

    private static IEnumerable<string> Strings(JsonElement value) => Leaves(value);

    private static string? LastLine(string text) =>
        text.ReplaceLineEndings("\n").Split('\n').LastOrDefault(line => !string.IsNullOrWhiteSpace(line))?.Trim();

    /// <summary>The answer as it is searched.</summary>
    private sealed partial class Haystack(IEnumerable<string> texts)
    {
        private readonly string text = Fold(string.Join("\n", texts));
        private List<(int First, int Last, string Named)>? ranges;

        public bool Has(string needle) => text.Contains(Fold(needle).Trim(), StringComparison.Ordinal);

        public bool HasPosition(int position, string name)
        {
            ranges ??= [.. RangePattern().Matches(text).Select(match => (Number(match, 1), Number(match, 2), match.Groups[3].Value))];
            return Regex.IsMatch(text, $@"#{position}\b")
                || ranges.Exists(range =>
                    range.First <= position && position <= range.Last && range.Named.Contains(name, StringComparison.Ordinal)
                );
        }

        private static int Number(Match match, int group) =>
            int.Parse(match.Groups[group].Value, System.Globalization.CultureInfo.InvariantCulture);

        private static string Fold(string text) => WhiteSpace().Replace(text, " ");

        [GeneratedRegex(@"\s+")]
        private static partial Regex WhiteSpace();

        [GeneratedRegex(@"#(\d+)–#(\d+): ([^\]]*)")]
        private static partial Regex RangePattern();
    }

    private sealed class Tally
    {
        private readonly Dictionary<string, (double Kept, int All)> columns = [];

        public void Count(string column, bool isKept) => Add(column, isKept ? 1 : 0);

        public void Add(string column, double value) =>
            columns[column] = columns.TryGetValue(column, out var tally) ? (tally.Kept + value, tally.All + 1) : (value, 1);

        public string Percent(string column) => columns.TryGetValue(column, out var tally) ? $"{100 * tally.Kept / tally.All:0.0}" : "–";
    }
}
