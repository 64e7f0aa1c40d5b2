using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Search;

/// <summary>
/// The texts of an archive at one moment, limited to a <see cref="TextScope"/>: what a storage engine provides for a search. Members are
/// called one at a time. Each call may be a round trip, so texts are requested in batches.
/// </summary>
public interface ITextIndex
{
    /// <summary>How many sessions the owners have, regardless of the filter, without those that are searched elsewhere.</summary>
    long Sessions { get; }

    /// <summary>How many of them are left out whatever is asked: those of subagents, unless they are wanted, and the caller's own.</summary>
    long LeftOut { get; }

    /// <summary>How many sessions still have words as an earlier format read them, so that some of their words are not found.</summary>
    long Outdated { get; }

    /// <summary>About how many texts there are, regardless of the filter.</summary>
    long Texts { get; }

    /// <summary>The number that the next text to be saved will get.</summary>
    long Next { get; }

    /// <summary>A number at random that tells the archive from others; 0 if nothing was saved since archives have one.</summary>
    uint Archive { get; }

    /// <summary>Whether any text matches.</summary>
    ValueTask<bool> ExistsAsync(TextMatch match, CancellationToken cancellationToken);

    /// <summary>
    /// Finds the newest texts that match, without looking at older ones. A session gets a few places at first, and more only if there is
    /// room left after the other sessions.
    /// </summary>
    /// <param name="known">Texts found before; they are not returned again.</param>
    /// <param name="from">Only texts with this number or a higher one.</param>
    ValueTask<IReadOnlyList<TextAddress>> FindNewestAsync(
        TextMatch match,
        IReadOnlySet<TextAddress> known,
        long from,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Finds all texts that match, the newest first, up to the limit.</summary>
    /// <param name="from">Only texts with this number or a higher one.</param>
    /// <param name="before">Only texts with smaller numbers; null for no limit but the scope's.</param>
    ValueTask<IReadOnlyList<TextAddress>> FindAllAsync(
        TextMatch match,
        long from,
        long? before,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Finds the words with this prefix, shortest first; null if the index does not keep such words, for example numbers.</summary>
    ValueTask<IReadOnlyList<string>?> FindEndingsAsync(string beginning, int limit, CancellationToken cancellationToken);

    /// <summary>Reads texts, in this order. They may be large, so use each before reading the next.</summary>
    IAsyncEnumerable<FoundText> ReadAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken);

    /// <summary>Reads texts with their events and sessions, in this order.</summary>
    IAsyncEnumerable<FoundEvent> ReadEventsAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken);

    /// <summary>
    /// When sessions were last updated, as ticks of UTC; a negative number if that is not known. A session that does not exist any more is left out.
    /// </summary>
    /// <param name="sessions">Their numbers.</param>
    ValueTask<IReadOnlyDictionary<long, long>> FindUpdatedAsync(IReadOnlyCollection<long> sessions, CancellationToken cancellationToken);

    /// <summary>Reads sessions by their numbers, in this order.</summary>
    IAsyncEnumerable<FoundSession> ReadSessionsAsync(IEnumerable<long> sessions, CancellationToken cancellationToken);
}

/// <summary>Which texts a search may find.</summary>
/// <param name="Owners">Whose texts. If several owners have the same session, the first one's copy counts.</param>
/// <param name="Before">Only texts with smaller numbers; null for all.</param>
public sealed record TextScope(IReadOnlyList<string> Owners, SearchFilter Filter, long? Before)
{
    /// <summary>The ids of sessions that are searched elsewhere.</summary>
    public IReadOnlySet<string>? Elsewhere { get; init; }
}

/// <summary>Where a text is. Numbers grow with every saved text, and are never reused.</summary>
/// <param name="Session">The number of its session, which is the lowest number of the session's events.</param>
/// <param name="Position">The position of its event, or of the first if several were joined.</param>
public readonly record struct TextAddress(long Session, int Position)
{
    /// <summary>The text's number: a later text has a higher one.</summary>
    public long Number => Session + Position;
}

/// <summary>A text that the index found.</summary>
/// <param name="Tool">The tool's name, for arguments and results.</param>
/// <param name="Outcome">The outcome of the tool call, for arguments and results.</param>
/// <param name="Events">How many events make up the text: streamed pieces are joined.</param>
/// <param name="Recorded">The text with its secrets.</param>
/// <param name="Door">Finds the secrets.</param>
public sealed record FoundText(
    TextAddress Address,
    SearchKind Kind,
    string? Tool,
    ToolOutcomeKind? Outcome,
    int Events,
    SearchText Recorded,
    OutgoingDoor Door
)
{
    private SearchText? shown;

    /// <summary>The text with spaces in place of its secrets.</summary>
    public SearchText Text => shown ??= Recorded.Without(Door);

    /// <summary>Whether secrets are in it.</summary>
    public bool HasSecrets => Text != Recorded;

    /// <summary>Whether anything is in it that is hidden in addition to the standard secrets. Takes half the time of <see cref="HasSecrets"/>.</summary>
    internal bool HasAddedSecrets => Recorded.Without(Door.OfAdded) != Recorded;
}

/// <summary>A text with its event.</summary>
/// <param name="Event">The event's JSON as recorded; the first event's if several were joined.</param>
/// <param name="At">Where the text begins in it, in bytes.</param>
public sealed record FoundEvent(FoundText Text, SessionSummary Session, RawJson Event, int At);

/// <summary>A session that has texts that were found.</summary>
/// <param name="Outcome">How its last run ended.</param>
/// <param name="Events">How many events it has: its texts have so many numbers, from the session's on.</param>
public sealed record FoundSession(SessionSummary Summary, RunOutcome Outcome, int Events);
