using System.Reflection;
using System.Runtime.CompilerServices;
using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Sources.Samples;

/// <summary>
/// A few embedded sessions to try the program with. The catalog lists them only while there is nothing else, but they can
/// always be read by id.
/// </summary>
public sealed class SampleSource : ISessionSource
{
    /// <summary>The note in every answer made from samples.</summary>
    public const string Notice =
        "These are the built-in samples; set LLAMA_CLOUD_API_KEY, pass --sessions PATH, or run `chat-mcp-server import PATH` to read your own.";

    private const string Prefix = "samples/";

    private readonly Lazy<(List<Session> Sessions, SessionListing List)> samples = new(ReadAll);

    /// <inheritdoc/>
    public string Name => "built-in samples";

    /// <inheritdoc/>
    public bool IsFor(Caller caller) => caller.ReadsLocal;

    /// <inheritdoc/>
    public TimeSpan PollInterval => TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public Task<Session?> FindAsync(string sessionId, Session? kept, Caller caller, CancellationToken cancellationToken) =>
        Task.FromResult(Find(sessionId));

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        Action<ChatSessionException> failed,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        yield return samples.Value.List.After(after, filter);
    }

    /// <inheritdoc/>
    public Task<IReadOnlySet<string>> FindListedAsync(
        IReadOnlyCollection<string> sessionIds,
        Caller caller,
        CancellationToken cancellationToken
    ) => Task.FromResult(samples.Value.List.Known(sessionIds));

    /// <summary>They never change.</summary>
    public Task<string?> FindVersionAsync(string sessionId, bool isPoll, Caller caller, CancellationToken cancellationToken) =>
        Task.FromResult(Find(sessionId)?.Summary.SessionId);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SessionSummary>> FindNewestAsync(
        int count,
        bool isPoll,
        Caller caller,
        CancellationToken cancellationToken
    ) => Task.FromResult<IReadOnlyList<SessionSummary>>([.. samples.Value.List.After(null, SessionFilter.Usual).Take(count)]);

    private Session? Find(string sessionId) => samples.Value.Sessions.Find(session => session.Summary.SessionId == sessionId);

    private static (List<Session>, SessionListing) ReadAll()
    {
        var assembly = typeof(SampleSource).Assembly;
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal));
        var sessions = names.Select(name => Read(assembly, name)).ToList();
        return (sessions, new SessionListing(sessions.Select(session => session.Summary with { Facts = SessionFacts.Of(session) })));
    }

    private static Session Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var utf8 = new byte[stream.Length];
        stream.ReadExactly(utf8);
        return SessionJson.Read(utf8, name);
    }
}
