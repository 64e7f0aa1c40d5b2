using System.Globalization;
using System.Security;
using System.Text;
using ChatMcpServer.Cli;

namespace ChatMcpServer.Tests.Documents;

/// <summary>Draws what the program prints on a terminal as SVG.</summary>
/// <param name="Background">Colours as SVG takes them.</param>
/// <param name="Inks">The colours of <see cref="Ink"/>; others are the foreground's.</param>
internal sealed record TerminalPicture(string Background, string Border, string Foreground, IReadOnlyDictionary<Ink, string> Inks)
{
    private const int Columns = 110;
    private const double ColumnWidth = 7.8;
    private const int LineHeight = 19;
    private const int Margin = 18;
    private const string Fonts = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

    public static TerminalPicture Dark { get; } =
        new(
            "#0d1117",
            "#30363d",
            "#e6edf3",
            new Dictionary<Ink, string>
            {
                [Ink.Dim] = "#8b949e",
                [Ink.Red] = "#ff7b72",
                [Ink.Cyan] = "#79c0ff",
            }
        );

    public static TerminalPicture Light { get; } =
        new(
            "#ffffff",
            "#d0d7de",
            "#1f2328",
            new Dictionary<Ink, string>
            {
                [Ink.Dim] = "#59636e",
                [Ink.Red] = "#cf222e",
                [Ink.Cyan] = "#0550ae",
            }
        );

    /// <param name="title">What the picture shows, for those who do not see it.</param>
    /// <param name="printed">Lines with the control sequences of <see cref="Terminal.Paint"/>.</param>
    public string Draw(string title, string printed)
    {
        var lines = Lines(printed);
        var (width, height) = (2 * Margin + (int)Math.Ceiling(Columns * ColumnWidth), 2 * Margin + lines.Count * LineHeight);
        var svg = new StringBuilder()
            .Append(
                $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n"
            )
            .Append($"<title>{SecurityElement.Escape(title)}</title>\n")
            .Append(
                $"<rect x=\"0.5\" y=\"0.5\" width=\"{width - 1}\" height=\"{height - 1}\" rx=\"8\" fill=\"{Background}\" stroke=\"{Border}\"/>\n"
            )
            .Append($"<g font-family=\"{Fonts}\" font-size=\"13\" fill=\"{Foreground}\" xml:space=\"preserve\">\n");
        for (var index = 0; index < lines.Count; index++)
        {
            var length = lines[index].Sum(run => run.Text.Length);
            if (length == 0)
                continue;
            // Fonts differ in width; the lines do not.
            var wide = (length * ColumnWidth).ToString("0.0", CultureInfo.InvariantCulture);
            svg.Append(
                    $"<text x=\"{Margin}\" y=\"{Margin + index * LineHeight + 14}\" textLength=\"{wide}\" lengthAdjust=\"spacingAndGlyphs\">"
                )
                .AppendJoin("", lines[index].Select(Run))
                .Append("</text>\n");
        }
        return svg.Append("</g>\n</svg>\n").ToString();
    }

    private string Run((string Text, Ink? Ink) run)
    {
        var text = SecurityElement.Escape(run.Text);
        return run.Ink is not { } ink ? text
            : ink == Ink.Bold ? $"<tspan font-weight=\"bold\">{text}</tspan>"
            : $"<tspan fill=\"{Inks.GetValueOrDefault(ink, Foreground)}\">{text}</tspan>";
    }

    /// <summary>The lines as a terminal of this width shows them, broken between words, each as runs of one colour.</summary>
    private static List<List<(string Text, Ink? Ink)>> Lines(string printed)
    {
        var lines = new List<List<(string, Ink?)>>();
        Ink? ink = null;
        foreach (var line in printed.TrimEnd('\n').Split('\n'))
        {
            var cells = new List<(char Sign, Ink? Ink)>();
            for (var at = 0; at < line.Length; at++)
                if (line[at] != '\e')
                    cells.Add((line[at], ink));
                else
                {
                    var end = line.IndexOf('m', at);
                    var code = int.Parse(line[(at + 2)..end], CultureInfo.InvariantCulture);
                    ink = code == 0 ? null : (Ink)code;
                    at = end;
                }
            do
            {
                var length = Math.Min(cells.Count, Columns);
                if (length < cells.Count && cells.FindLastIndex(length, cell => cell.Sign == ' ') is > 0 and var space)
                    length = space + 1;
                lines.Add(Runs(cells[..length]));
                cells.RemoveRange(0, length);
            } while (cells.Count > 0);
        }
        return lines;
    }

    private static List<(string Text, Ink? Ink)> Runs(List<(char Sign, Ink? Ink)> cells)
    {
        var runs = new List<(string Text, Ink? Ink)>();
        foreach (var (sign, ink) in cells)
            if (runs is [.., var last] && last.Ink == ink)
                runs[^1] = (last.Text + sign, ink);
            else
                runs.Add(($"{sign}", ink));
        return runs;
    }
}
