using System.Reflection;
using System.Runtime.CompilerServices;
using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Sources.Samples;

/// <summary>The sessions that this project was given to be tried with, from inside the assembly: served when there is nothing else to read.</summary>
/// <param name="isListed">Whether they are listed. Where the user has an archive they are not, and found by whoever names one all the same.</param>
public sealed class SampleSource(bool isListed = true) : ISessionSource
{
    /// <summary>What an answer made from samples must say.</summary>
    public const string Notice =
        "These are the built-in samples; set LLAMA_CLOUD_API_KEY, pass --sessions PATH, or run `chat-mcp-server import PATH` to read your own.";

    private const string Prefix = "samples/";

    private readonly Lazy<(List<Session> Sessions, SessionListing List)> samples = new(ReadAll);

    /// <inheritdoc/>
    public string Name => "built-in samples";

    /// <summary>Whether they are listed.</summary>
    public bool IsListed => isListed;

    /// <inheritdoc/>
    public async Task<SessionSummary?> FindSummaryAsync(string sessionId, Caller caller, CancellationToken cancellationToken) =>
        (await FindAsync(sessionId, caller, cancellationToken))?.Summary;

    /// <inheritdoc/>
    public Task<Session?> FindAsync(string sessionId, Caller caller, CancellationToken cancellationToken) =>
        Task.FromResult(samples.Value.Sessions.Find(session => session.Summary.SessionId == sessionId));

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        Caller caller,
        SessionFilter filter,
        SessionPlace? after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        yield return isListed ? samples.Value.List.After(after, filter) : [];
    }

    /// <inheritdoc/>
    public Task<IReadOnlySet<string>> FindListedAsync(
        IReadOnlyCollection<string> sessionIds,
        Caller caller,
        CancellationToken cancellationToken
    ) => Task.FromResult(samples.Value.List.Known(isListed ? sessionIds : []));

    /// <summary>Finds nothing: the samples' screenshots were never taken.</summary>
    public Task<Attachment?> FindAttachmentAsync(ImageAttachment image, Caller caller, CancellationToken cancellationToken) =>
        Task.FromResult<Attachment?>(null);

    private static (List<Session>, SessionListing) ReadAll()
    {
        var assembly = typeof(SampleSource).Assembly;
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal));
        var sessions = names.Select(name => Read(assembly, name)).ToList();
        return (sessions, new SessionListing(sessions.Select(session => session.Summary)));
    }

    private static Session Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var utf8 = new byte[stream.Length];
        stream.ReadExactly(utf8);
        return SessionJson.Read(utf8, name);
    }
}
