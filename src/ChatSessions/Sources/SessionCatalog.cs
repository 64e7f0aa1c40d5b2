using System.Runtime.CompilerServices;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources.Samples;

namespace ChatSessions.Sources;

/// <summary>All sources as one, for the server. Sources are asked in order; the first that has a session answers.</summary>
/// <param name="time">For the age of an archived copy.</param>
/// <param name="attachments">Where screenshots come from; null without LlamaCloud.</param>
/// <param name="notice">What all answers say of the configuration, such as a key that is missing; null for nothing.</param>
/// <param name="door">Cleans everything that leaves; by default it only makes hidden characters visible.</param>
public sealed class SessionCatalog(
    IEnumerable<ISessionSource> sources,
    SessionCache cache,
    TimeProvider time,
    IAttachmentSource? attachments = null,
    OutgoingDoor? door = null,
    string? notice = null
)
{
    private const long MostReadForList = 64L << 20;
    private const int MostCompared = 500;

    /// <summary>Turns recorded text into text that may be shown.</summary>
    public OutgoingDoor Door { get; } = door ?? new();

    /// <summary>The sources, in the order in which they are asked.</summary>
    public IReadOnlyList<ISessionSource> Sources { get; } = [.. sources];

    /// <summary>What readers should know of the configuration; null if there is nothing to say.</summary>
    public string? Notice { get; } = notice;

    /// <summary>What answers say of what they show.</summary>
    public SessionNotes Notes => field ??= new(this, time);

    /// <summary>The names of the caller's sources, for an error that says where nothing was found.</summary>
    public string PlacesOf(Caller caller) => Named(WithoutSamples(caller) is { Count: > 0 } others ? others : SourcesOf(caller));

    /// <summary>What the caller's sources could not read at the last attempt, one sentence each.</summary>
    public IReadOnlyList<string> ProblemsOf(Caller caller) =>
        [.. SourcesOf(caller).OfType<IPartlyReadable>().SelectMany(source => source.Problems)];

    /// <summary>The sources that the caller may ask, in their order.</summary>
    internal IReadOnlyList<ISessionSource> SourcesOf(Caller caller) => [.. Sources.Where(source => source.IsFor(caller))];

    /// <summary>The sources that lists are made of.</summary>
    private async Task<IReadOnlyList<ISessionSource>> ListedAsync(Caller caller, CancellationToken cancellationToken) =>
        await IsSamplesOnlyAsync(caller, cancellationToken) ? SourcesOf(caller) : WithoutSamples(caller);

    private IReadOnlyList<ISessionSource> WithoutSamples(Caller caller) =>
        [.. Sources.Where(source => source is not SampleSource && source.IsFor(caller))];

    /// <summary>
    /// Whether there are only the built-in samples; answers then include <see cref="SampleSource.Notice"/>. Checked for every answer,
    /// because the first imported session ends it.
    /// </summary>
    public async Task<bool> IsSamplesOnlyAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!Sources.Any(source => source is SampleSource && source.IsFor(caller)))
            return false;
        foreach (var source in WithoutSamples(caller))
        {
            try
            {
                if (await source.FindNewestAsync(count: 1, isPoll: false, caller, cancellationToken) is [_, ..])
                    return false;
            }
            catch (ChatSessionException)
            {
                // There is something to read, even if it fails now.
                return false;
            }
        }
        return true;
    }

    /// <summary>Gets a whole session, from memory if it has not changed.</summary>
    /// <param name="sessionId">The id as recorded, or as answers show it: with codes for hidden characters, or in quotes.</param>
    /// <exception cref="ChatSessionException">No source has it, the id is invalid, or it cannot be read.</exception>
    public async Task<Session> GetAsync(string sessionId, Caller caller, CancellationToken cancellationToken)
    {
        string[] readings = [.. Quoted.Readings(sessionId)];
        if (readings.Length == 1)
            CheckId(sessionId);
        ChatSessionException? failure = null;
        foreach (var reading in readings.Where(reading => SessionId.Fault(reading) is null))
        {
            var (found, failed) = await FindAsync(reading, caller, cancellationToken);
            if (found is not null)
                return found;
            failure ??= failed;
        }
        throw failure ?? await NotFoundAsync(sessionId, caller, cancellationToken);
    }

    /// <summary>The id of a session as recorded, for one that a caller may have taken from an answer; the id itself if there is no such session.</summary>
    public async Task<string> RecordedIdAsync(string sessionId, Caller caller, CancellationToken cancellationToken)
    {
        string[] readings = [.. Quoted.Readings(sessionId)];
        if (readings.Length > 1)
            foreach (var reading in readings.Where(reading => SessionId.Fault(reading) is null))
                if (await FindAsync(reading, caller, cancellationToken) is { Found: not null })
                    return reading;
        return sessionId;
    }

    private async Task<(Session? Found, ChatSessionException? Failure)> FindAsync(
        string sessionId,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ChatSessionException? failure = null;
        foreach (var source in SourcesOf(caller))
        {
            try
            {
                if (await cache.FindAsync(source, sessionId, caller, cancellationToken) is { } found)
                    return (found, null);
            }
            catch (ChatSessionException exception) when (exception.IsSourceFailure)
            {
                // Another source may have it; if none does, report this failure.
                failure ??= exception;
            }
        }
        return (null, failure);
    }

    /// <summary>
    /// Lists the sessions of all sources in the order of <see cref="SessionPlace"/>. If several sources have a session, the first
    /// of them wins. Reads only as much of each source as the list needs.
    /// </summary>
    /// <param name="after">Start after this place; null for the beginning.</param>
    /// <param name="failed">Called for each source that failed; the sessions of the others are listed.</param>
    /// <exception cref="ChatSessionException">A source failed, and there is nothing else to list.</exception>
    public async IAsyncEnumerable<SessionSummary> ListAsync(
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        Action<ChatSessionException> failed,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var listed = await ListedAsync(caller, cancellationToken);
        await foreach (var summary in new JoinedList(listed, caller, filter, after).ReadAsync(failed, cancellationToken))
            // A title that matches only by what is hidden would tell it.
            if (filter.TitleContains is null || filter.HasTitle(Door.Show(summary).GeneratedTitle))
                yield return summary;
    }

    /// <summary>Adds to summaries what a list says of the events, where the list did not say it, up to a total of bytes that are read.</summary>
    public async Task<List<SessionSummary>> WithFactsAsync(IEnumerable<SessionSummary> listed, CancellationToken cancellationToken)
    {
        var (found, read) = (new List<SessionSummary>(), 0L);
        foreach (var summary in listed)
        {
            var facts = summary.Facts;
            for (var index = 0; facts is null && read < MostReadForList && index < Sources.Count; index++)
            {
                facts = await Sources[index].FindFactsAsync(summary, cancellationToken);
                read += facts?.Bytes ?? 0;
            }
            found.Add(summary with { Facts = facts });
        }
        return found;
    }

    /// <summary>Finds the newest imported sessions that match, among those that can be read. LlamaCloud is not asked.</summary>
    public async Task<IReadOnlyList<SessionSummary>> FindImportedAsync(
        SessionFilter filter,
        Caller caller,
        int limit,
        CancellationToken cancellationToken
    )
    {
        if (!filter.IsOfImports)
            throw new ArgumentException("The filter must allow only imported sessions.", nameof(filter));
        var found = new List<SessionSummary>();
        foreach (var source in SourcesOf(caller))
            try
            {
                await foreach (var page in source.ListAsync(caller, filter, after: null, failed: _ => { }, cancellationToken))
                {
                    found.AddRange(page);
                    if (found.Count >= limit)
                        break;
                }
            }
            catch (ChatSessionException)
            {
                // The list itself says which source failed.
            }
        return [.. found.DistinctBy(summary => summary.SessionId).OrderBy(SessionPlace.From, SessionPlace.NewestFirst).Take(limit)];
    }

    /// <summary>Fetches a screenshot that a tool result refers to.</summary>
    /// <exception cref="ChatSessionException">It does not exist, or cannot be fetched.</exception>
    public async Task<Attachment> GetAttachmentAsync(ImageAttachment image, Caller caller, CancellationToken cancellationToken) =>
        (attachments is null ? null : await attachments.FindAttachmentAsync(image, caller, cancellationToken))
        ?? throw await NotFoundAsync(
            $"attachment '{image.AttachmentName}' of source '{image.SourceId}'",
            "Only LlamaCloud keeps screenshots, next to the session that it recorded.",
            caller,
            cancellationToken
        );

    internal static void CheckId(string sessionId)
    {
        if (SessionId.Fault(sessionId) is { } fault)
            throw new ChatSessionException(ChatSessionError.InvalidArgument, $"The session id {fault}. Pass one such as 'ses-abc123'.")
            {
                IsUnknownId = true,
            };
    }

    internal async Task<ChatSessionException> NotFoundAsync(string sessionId, Caller caller, CancellationToken cancellationToken) =>
        await NotFoundAsync(
            $"session '{sessionId}'",
            await FindMeantAsync(sessionId, caller, cancellationToken) is { } meant ? $"Did you mean '{meant}'?" : null,
            caller,
            cancellationToken
        );

    /// <summary>The id that was probably meant, among the newest sessions on this machine; otherwise null.</summary>
    private async Task<string?> FindMeantAsync(string sessionId, Caller caller, CancellationToken cancellationToken)
    {
        if (!MeantId.IsCompared(sessionId))
            return null;
        var ids = (await FindNewestAsync(SourcesOf(caller), caller, cancellationToken)).Select(summary => summary.SessionId).ToHashSet();
        // An id that must be changed to be shown is not proposed, nor one that could pass for a sentence of ours.
        return MeantId.Of(sessionId, [.. ids.Where(id => Quoted.Name(OutgoingText.ShowName(Door.Replace(id, "session_id"))) == id)]);
    }

    /// <summary>The newest sessions of a list on this machine, some hundreds of each source. What cannot be read is left out.</summary>
    public async Task<IReadOnlyList<SessionSummary>> FindNewestAsync(Caller caller, CancellationToken cancellationToken) =>
        await FindNewestAsync(await ListedAsync(caller, cancellationToken), caller, cancellationToken);

    private static async Task<IReadOnlyList<SessionSummary>> FindNewestAsync(
        IEnumerable<ISessionSource> sources,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var found = new List<SessionSummary>();
        foreach (var source in sources.Where(source => source.IsLocal))
            try
            {
                found.AddRange(await source.FindNewestAsync(MostCompared, isPoll: false, caller, cancellationToken));
            }
            catch (ChatSessionException)
            {
                // Said where a session is looked for, and in lists.
            }
        return found;
    }

    private async Task<ChatSessionException> NotFoundAsync(
        string what,
        string? nextStep,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var isSamplesOnly = await IsSamplesOnlyAsync(caller, cancellationToken);
        var problems = ProblemsOf(caller);
        var found = problems.Count switch
        {
            0 => "",
            1 => $" There is a problem: {problems[0]}",
            _ => $" There are several problems, the first: {problems[0]}",
        };
        string?[] sentences =
        [
            $"No {what} in {(isSamplesOnly ? Named(SourcesOf(caller)) : PlacesOf(caller))}.{found}",
            isSamplesOnly ? SampleSource.Notice : null,
            Notice,
            nextStep,
        ];
        return new(ChatSessionError.NotFound, string.Join(' ', sentences.OfType<string>())) { IsUnknownId = nextStep is null };
    }

    private static string Named(IEnumerable<ISessionSource> places) =>
        string.Join(" or ", places.Select(source => source.Name).Distinct()) is { Length: > 0 } names
            ? names
            : "the sessions that you may read";
}
