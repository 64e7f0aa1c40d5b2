using ChatSessions.Model;

namespace ChatSessions.Search;

/// <summary>
/// The texts of an archive in one state of it, those that a <see cref="TextScope"/> lets through: what an engine does for a search. One
/// question is asked at a time. Each may be a round trip, so texts are asked for many at once.
/// </summary>
public interface ITextIndex
{
    /// <summary>How many sessions the owners have, whatever the filter.</summary>
    long Sessions { get; }

    /// <summary>The first number that no text has yet.</summary>
    long Next { get; }

    /// <summary>Whether any text matches.</summary>
    ValueTask<bool> ExistsAsync(TextMatch match, CancellationToken cancellationToken);

    /// <summary>
    /// Finds the newest texts that match, without looking at older ones. Of one session some come before the next session's turn, and more
    /// only where there is room left.
    /// </summary>
    /// <param name="known">What was found before, and is not to be found again.</param>
    /// <param name="limit">How many at most.</param>
    ValueTask<IReadOnlyList<TextAddress>> FindNewestAsync(
        TextMatch match,
        IReadOnlySet<TextAddress> known,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Finds the words that begin so, the shortest first; null where they are not known, as of numbers.</summary>
    ValueTask<IReadOnlyList<string>?> FindEndingsAsync(string beginning, int limit, CancellationToken cancellationToken);

    /// <summary>Reads texts, in this order. They may be large: each is used before the next is read.</summary>
    IAsyncEnumerable<FoundText> ReadAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken);

    /// <summary>Reads texts with the events and sessions that they are in.</summary>
    IAsyncEnumerable<FoundEvent> ReadEventsAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken);
}

/// <summary>Which texts a search may find.</summary>
/// <param name="Owners">Whose; of a session that several of them have, the first one's counts.</param>
/// <param name="Before">Only texts with smaller numbers; null for all.</param>
public sealed record TextScope(IReadOnlyList<string> Owners, SearchFilter Filter, long? Before);

/// <summary>Where a text is. Its number grows with every text that is saved, and is never given again.</summary>
/// <param name="Session">The number of its session: the smallest of the numbers that the session's events have.</param>
/// <param name="Position">The position of its event, or of the first where several were joined.</param>
public readonly record struct TextAddress(long Session, int Position)
{
    /// <summary>The text's number.</summary>
    public long Number => Session + Position;
}

/// <summary>A text that may be found.</summary>
/// <param name="Tool">The tool's name, for arguments and results.</param>
/// <param name="Outcome">What came of the call, for arguments and results.</param>
/// <param name="Events">How many events make the text: pieces that were streamed are joined.</param>
public sealed record FoundText(TextAddress Address, SearchKind Kind, string? Tool, ToolOutcomeKind? Outcome, int Events, SearchText Text);

/// <summary>A text with the event that it is in.</summary>
/// <param name="Event">The event's JSON as it was recorded; of the first event where several were joined.</param>
/// <param name="At">Where in it the text begins, in bytes.</param>
public sealed record FoundEvent(FoundText Text, SessionSummary Session, RawJson Event, int At);
