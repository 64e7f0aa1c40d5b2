using System.Collections.Immutable;
using ChatSessions.Recorded;

namespace ChatSessions.ToolCalls;

/// <summary>A text of a call, or what is shown of it.</summary>
/// <param name="Name">The argument's name; empty for a result, and for arguments that are not an object.</param>
/// <param name="Pieces">The shown text, and its cuts.</param>
public sealed record CallText(string Name, ImmutableArray<TextPiece> Pieces)
{
    /// <summary>Whether nothing is cut.</summary>
    public bool IsWhole => Pieces.All(piece => piece.Cut is null);

    /// <summary>The shown text with the markers of its cuts.</summary>
    public string Text => string.Concat(Pieces.Select(piece => piece.Text));

    internal static CallText From(string name, Excerpt excerpt) => new(name, [.. excerpt.Pieces]);
}
