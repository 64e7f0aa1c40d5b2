using System.Collections.Immutable;
using System.Text;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>What an entry of a transcript is about.</summary>
public enum TranscriptKind
{
    /// <summary>A message of the user.</summary>
    User,

    /// <summary>Text from the agent.</summary>
    Text,

    /// <summary>Thinking of the agent.</summary>
    Thinking,

    /// <summary>A tool call and its result, or one without the other.</summary>
    Tool,

    /// <summary>The end of a run.</summary>
    Stop,

    /// <summary>An event of a type that this version does not know.</summary>
    Unknown,

    /// <summary>A marker for events that are left out completely.</summary>
    Omitted,
}

/// <summary>
/// An entry of a transcript: what is shown of a step, or a marker. Text, JSON and the terminal's output are written from it.
/// </summary>
/// <param name="First">The position of its first event; null for the list of events left out.</param>
/// <param name="Last">The position of its last event; null for that list.</param>
/// <param name="Turn">The number of the turn that it begins in; null for a marker.</param>
/// <param name="Tool">The tool's name as it may be shown; null if it is not a tool use.</param>
/// <param name="Outcome">The outcome of the tool use; null if it is not one.</param>
/// <param name="Fields">The entry as data.</param>
public sealed record TranscriptEntry(
    TranscriptKind Kind,
    int? First,
    int? Last,
    int? Turn,
    string? Tool,
    ToolOutcomeKind? Outcome,
    ImmutableArray<TranscriptSection> Sections,
    EntryFields Fields
)
{
    /// <summary>The entry as text, without a final line end.</summary>
    public string Text => Sections is [var only] ? only.Text : string.Join('\n', Sections.Select(section => section.Text));

    internal static TranscriptEntry Omitted(string marker, EntryFields fields) =>
        new(TranscriptKind.Omitted, fields.Event, fields.Last, null, null, null, [new(marker, null, false, [])], fields);
}

/// <summary>A labelled part of an entry: a message, a call with its arguments, a result.</summary>
/// <param name="Label">The text at the margin, in the server's own words.</param>
/// <param name="Note">What is shown instead of texts, such as <c>same as #12</c>; otherwise null.</param>
/// <param name="IsFailure">Whether it reports a failure.</param>
public sealed record TranscriptSection(string Label, string? Note, bool IsFailure, ImmutableArray<TranscriptPart> Parts)
{
    /// <summary>Values up to this length share a line; longer ones get their own.</summary>
    private const int LongestInline = 100;

    private string? text;

    /// <summary>Whether it is the result of the call in the section before it.</summary>
    public bool IsResult => Label.StartsWith('→');

    /// <summary>The section as text, without a final line end.</summary>
    public string Text => text ??= Render();

    /// <summary>The section as it was counted for the text; null if it was not.</summary>
    internal CountedText? Counted { get; set; }

    /// <summary>
    /// What to write, in order: the label, then recorded text and markers. Every further line of recorded text begins with a space, so that
    /// it cannot pass for the server's words.
    /// </summary>
    public IEnumerable<(string Text, TranscriptRole Role)> Runs()
    {
        yield return (Label, TranscriptRole.Label);
        if (Note is not null)
            yield return ($" {Note}", TranscriptRole.Text);
        var isInline = Parts.Length == 1 || Parts.All(part => part.Length <= LongestInline && !part.HasLines);
        if (isInline && ImitatesUs())
            yield return ($" {Imitation.Mark}", TranscriptRole.Label);
        for (var index = 0; index < Parts.Length; index++)
        {
            var part = Parts[index];
            var before =
                !isInline ? "\n "
                : part.Length == 0 ? ""
                : index > 0 ? ", "
                : " ";
            yield return (before + Behind(part.Name), TranscriptRole.Text);
            foreach (var piece in part.Pieces)
                yield return (Behind(piece.Text), piece.Cut is null ? TranscriptRole.Text : TranscriptRole.Cut);
        }

        static string Behind(string lines) => lines.Replace("\n", "\n ");
    }

    /// <summary>Whether the recorded text behind the label begins as the server's words do that could stand there.</summary>
    private bool ImitatesUs()
    {
        if (Parts is not [{ Pieces: [{ Cut: null } first, ..] } part, ..])
            return false;
        var beginning = part.Name + first.Text;
        return Imitation.IsNote(beginning) || (Label == "→" && Imitation.IsOutcome(beginning));
    }

    private string Render()
    {
        var rendered = new StringBuilder();
        foreach (var (run, _) in Runs())
            rendered.Append(run);
        return rendered.ToString();
    }
}

/// <summary>What a piece of a transcript's text is.</summary>
public enum TranscriptRole
{
    /// <summary>The server's own words at the margin.</summary>
    Label,

    /// <summary>Recorded text.</summary>
    Text,

    /// <summary>The marker of a cut.</summary>
    Cut,
}

/// <summary>One text of a section.</summary>
/// <param name="Name">What comes before the text, such as <c>path: </c>; may be empty.</param>
/// <param name="Pieces">The shown text, and its cuts.</param>
public sealed record TranscriptPart(string Name, ImmutableArray<TextPiece> Pieces)
{
    internal int Length { get; } = Name.Length + Pieces.Sum(piece => piece.Text.Length);

    internal bool HasLines => Name.Contains('\n') || Pieces.Any(piece => piece.Text.Contains('\n'));

    /// <summary>A part without the white space at its end.</summary>
    public static TranscriptPart From(string name, IReadOnlyList<TextPiece> pieces)
    {
        var end = pieces.Count;
        while (end > 0 && pieces[end - 1].Text.AsSpan().IsWhiteSpace())
            end--;
        return new(
            name,
            [.. pieces.Take(end).Select((piece, index) => index == end - 1 ? piece with { Text = piece.Text.TrimEnd() } : piece)]
        );
    }
}
