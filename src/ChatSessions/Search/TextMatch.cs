using ChatSessions.Words;

namespace ChatSessions.Search;

/// <summary>
/// What a text must contain to be found, as a tree. Each storage engine translates it to the query language of its index. Words are as
/// <see cref="WordReader"/> reads them: only letters and digits, in lower case.
/// </summary>
public abstract record TextMatch
{
    private TextMatch() { }

    /// <summary>Words in a row.</summary>
    /// <param name="InARow">At least one.</param>
    /// <param name="IsPrefix">Whether the last word is only a beginning.</param>
    public sealed record Words(IReadOnlyList<string> InARow, bool IsPrefix) : TextMatch
    {
        /// <summary>For a prefix: the words that its last word stands for; null for all words that begin like it.</summary>
        public IReadOnlyList<string>? Endings { get; init; }

        /// <summary>One for each of the <see cref="Endings"/>.</summary>
        internal IEnumerable<Words> Rows() =>
            Endings is null ? [this] : Endings.Select(ending => new Words([.. InARow.SkipLast(1), ending], IsPrefix: false));
    }

    /// <summary>Rows of words near each other, in any order.</summary>
    /// <param name="Rows">None of them is a prefix.</param>
    /// <param name="MostBetween">How many other words may be between them.</param>
    public sealed record Near(IReadOnlyList<Words> Rows, int MostBetween) : TextMatch;

    /// <summary>Every text that the scope allows.</summary>
    public static TextMatch Every { get; } = new All([]);

    /// <summary>Whether this is <see cref="Every"/>.</summary>
    public bool IsEvery => this is All { Matches: [] };

    /// <summary>All of these. An empty list means <see cref="Every"/> text.</summary>
    public sealed record All(IReadOnlyList<TextMatch> Matches) : TextMatch;

    /// <summary>At least one of these.</summary>
    public sealed record Any(IReadOnlyList<TextMatch> Matches) : TextMatch;

    /// <summary>The one, and none of the others.</summary>
    public sealed record Without(TextMatch Match, IReadOnlyList<TextMatch> Others) : TextMatch;
}
