using System.Globalization;
using System.Text.RegularExpressions;

namespace Fidelity;

/// <summary>
/// A transcript taken apart again, as docs/answers.md tells a reader to: only what stands at the margin is the server's own, and an
/// entry goes on over lines that begin with a space or an arrow.
/// </summary>
internal sealed class Transcript
{
    private Transcript(IReadOnlyList<TranscriptEntry> entries) => Entries = entries;

    public IReadOnlyList<TranscriptEntry> Entries { get; }

    public static Transcript Of(string text)
    {
        var entries = new List<List<string>>();
        foreach (var line in text.Split('\n'))
        {
            if (entries.Count == 0 || line.StartsWith('#') || line.StartsWith("…[+", StringComparison.Ordinal))
                entries.Add([]);
            entries[^1].Add(line);
        }
        return Of(entries);
    }

    public static Transcript Of(List<List<string>> entries) => new(entries.ConvertAll(lines => new TranscriptEntry(lines)));
}

/// <summary>An entry of a transcript: what is shown of a step, or a marker that stands for events.</summary>
internal sealed partial class TranscriptEntry(IReadOnlyList<string> lines)
{
    /// <summary>The lines at the margin.</summary>
    public IEnumerable<string> Margin => lines.Where(line => line.Length > 0 && line[0] != ' ');

    /// <summary>The entry with recorded text as it was recorded: not indented.</summary>
    public string Text => field ??= string.Join('\n', lines.Select(line => line.StartsWith(' ') ? line[1..] : line));

    /// <summary>The label of what is shown, <c>#3 bash:</c> or <c>#3–#9 text:</c>.</summary>
    public Match Label { get; } = LabelPattern().Match(lines[0]);

    /// <summary>The marker of a run of events, <c>…[+38 events, #3–#40: bash ×12, 3 failed]</c>.</summary>
    public Match Run { get; } = RunPattern().Match(lines[0]);

    /// <summary>The list of what is left out singly, <c>…[+9 events: text #1 #4; bash+result #6]</c>.</summary>
    public Match List { get; } = ListPattern().Match(lines[0]);

    /// <summary>The position that the entry begins with; null where it has none.</summary>
    public int? First =>
        Label.Success ? Number(Label, "first")
        : Run.Success ? Number(Run, "first")
        : null;

    public static int Number(Match match, string group) =>
        int.Parse(match.Groups[group].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    /// <summary>The last position of a range, which is the first where there is only one.</summary>
    public static int Last(Match match) => Number(match, match.Groups["last"].Success ? "last" : "first");

    public override string ToString() => lines[0];

    [GeneratedRegex(@"^#(?<first>\d+)(–#(?<last>\d+))? ")]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"^…\[\+(?<count>[\d,]+) events?, #(?<first>\d+)(–#(?<last>\d+))?: (?<kinds>.*)\]$")]
    private static partial Regex RunPattern();

    [GeneratedRegex(@"^…\[\+(?<count>[\d,]+) events?: (?<kinds>.*)\]$")]
    private static partial Regex ListPattern();
}
