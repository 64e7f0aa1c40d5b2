using System.Globalization;
using ChatMcpServer.Answers;
using ChatSessions.Recorded;
using ChatSessions.ToolCalls;

namespace ChatMcpServer.Cli;

/// <summary>Tool calls for people: a line per call, and below a failed one the line that says why, all cut to the terminal.</summary>
internal static class CallTable
{
    private const string Gap = "  ";
    private const string Indent = "  ";

    /// <summary>Longer names of tools are cut.</summary>
    private const int WidestTool = 24;

    private const int NarrowestArguments = 20;

    /// <summary>No terminal is wider. Without one, this much of each text is printed.</summary>
    private const int MostCharacters = 1_000;

    /// <param name="width">Terminal columns; null for no limit.</param>
    /// <param name="paint">Colours a text.</param>
    public static IEnumerable<string> Lines(FoundCalls found, int? width, Func<string, Ink, string> paint)
    {
        if (found.Matching.IsEmpty)
            yield break;
        var rows = found.Matching.Select(facts => new ShownCall(found.Session, facts, found.Query.Matching)).ToList();
        var hasTurns = found.All[^1].Turn > 1;
        var hasTimes = found.Matching.Any(call => call.Use.Duration is not null);
        var positions = rows.ConvertAll(row => $"#{row.Facts.Use.Position}");
        var toolWidth = Math.Max("TOOL".Length, rows.Max(row => DisplayWidth.Measure(Named(row))));
        var positionWidth = positions.Max(position => position.Length);

        var head =
            "#".PadRight(positionWidth)
            + Gap
            + (hasTurns ? $"TURN{Gap}" : "")
            + DisplayWidth.Fit("TOOL", toolWidth)
            + Gap
            + $"{"OUTCOME", -10}{Gap}{"SIZE", 7}{Gap}"
            + (hasTimes ? $"{"TIME", 8}{Gap}" : "");
        yield return paint($"{head}ARGUMENTS", Ink.Bold);
        var room = width is { } columns ? Math.Max(NarrowestArguments, columns - head.Length) : MostCharacters;
        foreach (var (row, position) in rows.Zip(positions))
        {
            var facts = row.Facts;
            var outcome = SnakeCase.Of(facts.Use.Outcome.Kind);
            var size = row.ResultCharacters is { } characters ? characters.ToString("N0", CultureInfo.InvariantCulture) : "";
            var time = facts.Use.Duration is { } duration ? CallDuration.Write((long)duration.TotalMilliseconds) : "";
            yield return (
                position.PadRight(positionWidth)
                + Gap
                + (hasTurns ? $"{facts.Turn, 4}{Gap}" : "")
                + DisplayWidth.Fit(Named(row), toolWidth)
                + Gap
                + paint(outcome.PadRight(10), outcome == "ok" ? Ink.Green : Ink.Red)
                + $"{Gap}{size, 7}{Gap}"
                + (hasTimes ? $"{time, 8}{Gap}" : "")
                + DisplayWidth.Cut(Arguments(row), room)
            ).TrimEnd();
            if (Why(row) is { } why)
                yield return Indent
                    + paint(DisplayWidth.Cut(why, Math.Max(NarrowestArguments, (width ?? MostCharacters) - Indent.Length)), Ink.Dim);
        }
    }

    /// <summary>The tool, cut before it has quotes.</summary>
    private static string Named(ShownCall row) => Quoted.Tool(DisplayWidth.Cut(row.Tool, WidestTool));

    /// <summary>The arguments on one line; of a call that repeats another, first which.</summary>
    private static string Arguments(ShownCall row)
    {
        var texts = row.ArgumentsWithin(MostCharacters);
        var line = string.Join(
            ", ",
            texts.Select(one => texts.Length > 1 ? $"{Quoted.Name(one.Name)}: {OneLine(one.Text)}" : OneLine(one.Text))
        );
        if (Imitation.IsNote(line))
            line = $"{Imitation.Mark} {line}";
        return row.Facts.Repeats is { } repeated ? $"(repeats #{repeated}) {line}" : line;
    }

    private static string? Why(ShownCall row) =>
        string.Join(row.IsRefusal ? ": " : "; ", new[] { row.Reason, row.ErrorLine }.OfType<string>()) is { Length: > 0 } why ? why : null;

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
