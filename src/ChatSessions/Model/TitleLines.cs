namespace ChatSessions.Model;

/// <summary>How much a line of a message says of what is wanted. More comes later.</summary>
internal enum TitleWorth
{
    /// <summary>A tag, a label, a greeting.</summary>
    Frame,

    /// <summary>Code or output.</summary>
    Pasted,

    /// <summary>Words that could be about anything, such as "Fix it".</summary>
    Vague,

    /// <summary>The message of a pasted error.</summary>
    Error,

    /// <summary>What is good to know: under "Context", in a quotation, or of the role that the agent has.</summary>
    Background,

    /// <summary>It says what is wanted.</summary>
    Wanted,
}

/// <summary>The lines of a message, and what each is worth as a title.</summary>
internal static class TitleLines
{
    /// <summary>The first line that is worth most, without the words before it that say nothing.</summary>
    public static (TitleWorth Worth, string Text) Best(ReadOnlySpan<char> text)
    {
        var best = (Worth: TitleWorth.Frame, Text: "");
        var place = new TitlePlace();
        var lines = new List<Range>();
        foreach (var line in text.EnumerateLines())
        {
            text.Overlaps(line, out var start);
            if (!line.IsWhiteSpace())
                lines.Add(start..(start + line.Length));
            else if (lines.Count > 0 && OfParagraph(text, lines, place, ref best))
                return best;
        }
        OfParagraph(text, lines, place, ref best);
        return best;
    }

    /// <returns>Whether there can be no better line.</returns>
    private static bool OfParagraph(ReadOnlySpan<char> text, List<Range> lines, TitlePlace place, ref (TitleWorth Worth, string Text) best)
    {
        var kinds = new PastedLineKind[lines.Count];
        for (var index = 0; index < kinds.Length; index++)
            kinds[index] = PastedLine.KindOf(text[lines[index]]);
        var (first, last) = Output(kinds);
        for (var index = 0; index < kinds.Length; index++)
        {
            var line = text[lines[index]];
            var isCode = place.IsCode(line);
            var (worth, said) =
                isCode || (index >= first && index <= last)
                    ? (WorthOfPasted(line, kinds[index]), line.Trim().ToString())
                    : place.Read(line);
            if (worth > best.Worth || best.Text.Length == 0)
                best = (worth, said);
            if (worth == TitleWorth.Wanted)
                return true;
        }
        lines.Clear();
        place.EndParagraph();
        return false;
    }

    /// <summary>
    /// The first and the last line that a program wrote: what stands between such lines is the program's, too. A message of an error is one
    /// only if there are others, since alone it is how people call what they report.
    /// </summary>
    private static (int First, int Last) Output(PastedLineKind[] kinds)
    {
        var first = Array.FindIndex(kinds, kind => kind != PastedLineKind.Written);
        var last = Array.Exists(kinds, kind => kind == PastedLineKind.Opening)
            ? kinds.Length - 1
            : Array.FindLastIndex(kinds, kind => kind != PastedLineKind.Written);
        return first < 0 || (first == last && kinds[first] == PastedLineKind.Message) ? (0, -1) : (first, last);
    }

    /// <summary>A line of a single word can be part of a key that takes several lines.</summary>
    private static TitleWorth WorthOfPasted(ReadOnlySpan<char> line, PastedLineKind kind) =>
        !line.Trim().Contains(' ') || line.TrimStart().StartsWith("```") ? TitleWorth.Frame
        : kind == PastedLineKind.Message ? TitleWorth.Error
        : TitleWorth.Pasted;
}
