using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatSessions.Tests.Sources;

/// <summary>A source as if over a network: it records its requests, and can be made to wait or fail.</summary>
internal sealed class FakeSource(string name, params Session[] sessions) : ISessionSource, IAttachmentSource, IPartlyReadable
{
    private readonly ConcurrentDictionary<string, Session> byId = new(sessions.ToDictionary(session => session.Summary.SessionId));

    public string Name => name;

    /// <summary>Every request in order: "summary a", "session a", "list", "attachment n".</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>One permit per request, so that a test can wait for requests.</summary>
    public SemaphoreSlim Asks { get; } = new(0);

    /// <summary>While set, every request throws it.</summary>
    public ChatSessionException? Failure { get; set; }

    /// <summary>While set, asking which ids are listed throws it.</summary>
    public ChatSessionException? ListedFailure { get; set; }

    /// <summary>The sessions that fail, and why.</summary>
    public Dictionary<string, ChatSessionException> Broken { get; } = [];

    /// <summary>Every request waits for this; completed at first.</summary>
    public TaskCompletionSource Gate { get; set; } = Opened();

    /// <summary>Completes when a request waits at the gate.</summary>
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a request that waited at the gate is cancelled.</summary>
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> Problems { get; set; } = [];

    /// <summary>Whether lists say nothing that is known from the events, like LlamaCloud's.</summary>
    public bool OmitsEvents { get; set; }

    public Attachment? Attachment { get; set; }

    /// <summary>What a list says of every session that it asks about; null for nothing.</summary>
    public SessionFacts? Facts { get; set; }

    public Task<SessionFacts?> FindFactsAsync(SessionSummary listed, CancellationToken cancellationToken) => Task.FromResult(Facts);

    public void Put(Session session) => byId[session.Summary.SessionId] = session;

    public void Remove(string id) => byId.TryRemove(id, out _);

    public TimeSpan PollInterval => TimeSpan.FromSeconds(2);

    /// <summary>Says that something may have changed; null while nobody wants to know.</summary>
    public Action? Hint { get; private set; }

    public IDisposable? OnChange(Action changed)
    {
        Hint += changed;
        return new Leaving(() => Hint -= changed);
    }

    /// <summary>For each request for a version or the newest sessions, whether it was a poll.</summary>
    public ConcurrentQueue<bool> Polls { get; } = [];

    public async Task<Session?> FindAsync(string sessionId, Session? kept, Caller caller, CancellationToken cancellationToken)
    {
        if (
            kept is { Summary.LastUpdatedAt: { Length: > 0 } updated }
            && (await FindSummaryAsync(sessionId, cancellationToken))?.LastUpdatedAt == updated
        )
            return kept;
        await Answer($"session {sessionId}", cancellationToken);
        if (Broken.TryGetValue(sessionId, out var reason))
            throw reason;
        return byId.GetValueOrDefault(sessionId);
    }

    public async IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        Action<ChatSessionException> failed,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Answer("list", cancellationToken);
        var summaries = byId.Values.Select(session => OmitsEvents ? session.Summary with { OutcomeOfEvents = null } : session.Summary);
        foreach (var page in new SessionListing(summaries).After(after, filter).Chunk(2))
            yield return page;
    }

    public Task<IReadOnlySet<string>> FindListedAsync(
        IReadOnlyCollection<string> sessionIds,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        ListedFailure is null ? Task.FromResult<IReadOnlySet<string>>(sessionIds.Where(byId.ContainsKey).ToHashSet()) : throw ListedFailure;

    public async Task<string?> FindVersionAsync(string sessionId, bool isPoll, Caller caller, CancellationToken cancellationToken)
    {
        Polls.Enqueue(isPoll);
        return await FindSummaryAsync(sessionId, cancellationToken) is { } summary ? SessionVersion.From(summary) : null;
    }

    public async Task<IReadOnlyList<SessionSummary>> FindNewestAsync(
        int count,
        bool isPoll,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        Polls.Enqueue(isPoll);
        await Answer("list", cancellationToken);
        return [.. new SessionListing(byId.Values.Select(session => session.Summary)).After(null, SessionFilter.Usual).Take(count)];
    }

    private async Task<SessionSummary?> FindSummaryAsync(string sessionId, CancellationToken cancellationToken)
    {
        await Answer($"summary {sessionId}", cancellationToken);
        return byId.GetValueOrDefault(sessionId) is { } session
            ? SessionJson.ReadSummary(Encoding.UTF8.GetBytes(session.Json.ToString()), name)
            : null;
    }

    public async Task<Attachment?> FindAttachmentAsync(ImageAttachment image, Caller caller, CancellationToken cancellationToken)
    {
        await Answer($"attachment {image.AttachmentName}", cancellationToken);
        return Attachment;
    }

    private async Task Answer(string request, CancellationToken cancellationToken)
    {
        Asked.Enqueue(request);
        Asks.Release();
        Waiting.TrySetResult();
        try
        {
            await Gate.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Cancelled.TrySetResult();
            throw;
        }
        if (Failure is not null)
            throw Failure;
    }

    private sealed class Leaving(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }
}
