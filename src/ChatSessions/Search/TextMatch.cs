namespace ChatSessions.Search;

/// <summary>
/// What a text must have to be found, as a tree: every engine makes of it what its index is asked by. Words are those that
/// <see cref="WordReader"/> reads, so they hold letters and digits only, in lower case.
/// </summary>
public abstract record TextMatch
{
    private TextMatch() { }

    /// <summary>Words in a row.</summary>
    /// <param name="InARow">At least one.</param>
    /// <param name="IsPrefix">Whether the last word may go on.</param>
    public sealed record Words(IReadOnlyList<string> InARow, bool IsPrefix) : TextMatch;

    /// <summary>Rows of words that are near to each other, in any order.</summary>
    /// <param name="Rows">None is a prefix.</param>
    /// <param name="MostBetween">How many other words may lie between them.</param>
    public sealed record Near(IReadOnlyList<Words> Rows, int MostBetween) : TextMatch;

    /// <summary>All of these.</summary>
    public sealed record All(IReadOnlyList<TextMatch> Matches) : TextMatch;

    /// <summary>At least one of these.</summary>
    public sealed record Any(IReadOnlyList<TextMatch> Matches) : TextMatch;

    /// <summary>The one, and none of the others.</summary>
    public sealed record Without(TextMatch Match, IReadOnlyList<TextMatch> Others) : TextMatch;
}
