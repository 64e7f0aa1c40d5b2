using System.Globalization;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources.Samples;

namespace ChatSessions.Sources;

/// <summary>All sources as one: what the server asks. Sources are asked in order, and the first that has a session answers.</summary>
/// <param name="time">Tells how old an archived copy is.</param>
/// <param name="door">By which all that is read here leaves; without one, hidden characters are all that is not shown as recorded.</param>
public sealed class SessionCatalog(IEnumerable<ISessionSource> sources, SessionCache cache, TimeProvider time, OutgoingDoor? door = null)
{
    private const int LongestProblem = 1_000;

    /// <summary>Makes of what is recorded what may be shown.</summary>
    public OutgoingDoor Door { get; } = door ?? new();

    /// <summary>The sources in the order in which they are asked.</summary>
    public IReadOnlyList<ISessionSource> Sources { get; } = [.. sources];

    /// <summary>What every answer from here says to its reader.</summary>
    private string Notes => IsSamplesOnly ? $"{OutgoingText.DataNotice} {SampleSource.Notice}" : OutgoingText.DataNotice;

    /// <summary>Whether there is nothing but built-in samples; answers then say <see cref="SampleSource.Notice"/>.</summary>
    public bool IsSamplesOnly => Sources.Any(source => source is SampleSource { IsListed: true });

    /// <summary>The sources by name, as an error says where nothing was found.</summary>
    public string Places =>
        string.Join(
            " or ",
            Sources.Where(source => source is not SampleSource { IsListed: false }).Select(source => source.Name).Distinct()
        );

    /// <summary>What the sources could not read when last asked, a sentence each.</summary>
    public IReadOnlyList<string> Problems => [.. Sources.SelectMany(source => source.Problems)];

    /// <summary>What an answer about a session says to its reader: an archived copy says how old it is.</summary>
    public string NotesOf(Session session) =>
        session.CopiedAt is { } at
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{Notes} This is the archive's copy of {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {Age(time.GetUtcNow() - at)} old: its source does not answer, or has the session no more."
            )
            : Notes;

    /// <summary>What a list says to its reader: what could not be read may be missing from it.</summary>
    /// <param name="problems">What could not be read, a sentence each.</param>
    public string NotesOf(IReadOnlyList<string> problems) =>
        problems switch
        {
            [] => Notes,
            [var only] => $"{Notes} Not all could be read: {Shown(only)}",
            [var first, ..] and { Count: var count } => $"{Notes} Not all could be read; the first of {count:N0} problems: {Shown(first)}",
        };

    /// <summary>Gets a whole session, from memory where it was not updated since.</summary>
    /// <exception cref="ChatSessionException">No source has it, the id is none, or it cannot be read.</exception>
    public async Task<Session> GetAsync(string sessionId, Caller caller, CancellationToken cancellationToken)
    {
        CheckId(sessionId);
        return await FindFirstAsync(source => cache.FindAsync(source, sessionId, caller, cancellationToken)) ?? throw NotFound(sessionId);
    }

    /// <summary>Finds a session's summary; null when no source has it.</summary>
    /// <exception cref="ChatSessionException">The id is none, or a source failed and no other has the session.</exception>
    public Task<SessionSummary?> FindSummaryAsync(string sessionId, Caller caller, CancellationToken cancellationToken)
    {
        CheckId(sessionId);
        return FindFirstAsync(source => source.FindSummaryAsync(sessionId, caller, cancellationToken));
    }

    /// <summary>
    /// Lists the sessions of all sources in the order of <see cref="SessionPlace"/>; one that several have is listed once, as the first of
    /// them has it. No more is read of a source than its turn needs.
    /// </summary>
    /// <param name="after">The place after which to begin; null for the beginning.</param>
    /// <param name="failed">Told of each source that could not be asked; what the others have is listed.</param>
    /// <exception cref="ChatSessionException">A source could not be asked, and nothing else is there to be listed.</exception>
    public IAsyncEnumerable<SessionSummary> ListAsync(
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        Action<ChatSessionException> failed,
        CancellationToken cancellationToken
    ) => new JoinedList(Sources, caller, filter, after).ReadAsync(failed, cancellationToken);

    /// <summary>Fetches a screenshot that a tool result refers to.</summary>
    /// <exception cref="ChatSessionException">No source has it, or it cannot be fetched.</exception>
    public async Task<Attachment> GetAttachmentAsync(ImageAttachment image, Caller caller, CancellationToken cancellationToken) =>
        await FindFirstAsync(source => source.FindAttachmentAsync(image, caller, cancellationToken))
        ?? throw NotFound(
            $"attachment '{image.AttachmentName}' of source '{image.SourceId}'",
            "Screenshots are kept by LlamaCloud only, beside the session that it recorded."
        );

    /// <summary>A source that cannot be reached doesn't keep the others from answering; when none does, its failure is the answer.</summary>
    private async Task<T?> FindFirstAsync<T>(Func<ISessionSource, Task<T?>> find)
        where T : class
    {
        ChatSessionException? failure = null;
        foreach (var source in Sources)
        {
            try
            {
                if (await find(source) is { } found)
                    return found;
            }
            catch (ChatSessionException exception) when (IsOfSource(exception))
            {
                failure ??= exception;
            }
        }
        return failure is null ? null : throw failure;
    }

    /// <summary>Whether the source failed rather than what was asked of it.</summary>
    internal static bool IsOfSource(ChatSessionException exception) =>
        exception.Error is ChatSessionError.Unavailable or ChatSessionError.Unauthorized or ChatSessionError.NotFound;

    private static string Age(TimeSpan age) =>
        age.TotalMinutes < 2 ? "a minute"
        : age.TotalHours < 2 ? $"{(int)age.TotalMinutes} minutes"
        : age.TotalDays < 2 ? $"{(int)age.TotalHours} hours"
        : string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalDays:N0} days");

    internal static void CheckId(string sessionId)
    {
        if (SessionId.Fault(sessionId) is { } fault)
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"The session id {fault}. Pass one such as 'ses-abc123'; list_chat_sessions shows them."
            );
    }

    /// <summary>Names of files are chosen by others.</summary>
    private static string? Shown(string problem) => OutgoingText.ShowLine(problem, LongestProblem);

    internal ChatSessionException NotFound(string sessionId) => NotFound($"session '{sessionId}'", "list_chat_sessions shows the ids.");

    private ChatSessionException NotFound(string what, string nextStep)
    {
        var places = Places;
        var problems = Problems;
        var found = problems.Count switch
        {
            0 => "",
            1 => $" A problem was found there: {problems[0]}",
            var count => $" {count:N0} problems were found there, first: {problems[0]}",
        };
        return new(
            ChatSessionError.NotFound,
            $"No {what} in {places}.{found} {(IsSamplesOnly ? SampleSource.Notice + " " : "")}{nextStep}"
        );
    }
}
