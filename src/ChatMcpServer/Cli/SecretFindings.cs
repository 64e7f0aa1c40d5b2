using System.Globalization;
using System.Runtime.CompilerServices;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.Samples;

namespace ChatMcpServer.Cli;

/// <summary>
/// What <c>doctor</c> says of secrets in recorded sessions: how many, of which kind, in how many sessions. LlamaCloud's sessions are not
/// read for it, since each would be a request.
/// </summary>
internal sealed class SecretFindings(SessionCatalog catalog, TimeProvider time)
{
    private const string Check = "secrets";
    private const int KindsNamed = 6;

    /// <summary>After this, no further session is read: an archive may have a hundred thousand.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly SortedDictionary<string, int> kinds = new(StringComparer.Ordinal);
    private long begun;
    private int read;
    private int withSecrets;

    /// <summary>Reads the sessions and reports their secrets. Returns null if there is no session.</summary>
    /// <param name="isHiding">Whether answers hide secrets.</param>
    public async Task<Finding?> FindAsync(bool isHiding, CancellationToken cancellationToken)
    {
        if (!isHiding)
            return new(Finding.Warn, Check, "Secrets in recorded text are not hidden: --redact or CHAT_MCP_REDACT is off.");
        begun = time.GetTimestamp();
        foreach (var source in catalog.Sources.Where(source => source.IsLocal && source is not SampleSource))
            await CountAsync(source, cancellationToken);
        if (read == 0)
            return null;
        var sessions = string.Create(
            CultureInfo.InvariantCulture,
            $"{(IsTimeUp ? "the newest " : "")}{read:N0} {(read == 1 ? "session" : "sessions")}"
        );
        return new(
            Finding.Ok,
            Check,
            kinds.Count == 0
                ? $"None found in {sessions}. They are hidden in answers."
                : string.Create(CultureInfo.InvariantCulture, $"Hidden in {withSecrets:N0} of {sessions}: {Named()}.")
        );
    }

    private bool IsTimeUp => time.GetElapsedTime(begun) > Longest;

    private async Task CountAsync(ISessionSource source, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var session in SessionsAsync(source, cancellationToken))
            {
                var secrets = catalog.Door.Show(session).Secrets;
                read++;
                withSecrets += secrets.Count > 0 ? 1 : 0;
                foreach (var (kind, count) in secrets)
                    kinds[kind] = kinds.GetValueOrDefault(kind) + count;
                if (IsTimeUp)
                    return;
            }
        }
        catch (ChatSessionException)
        {
            // What cannot be read is reported by the checks of sources and archive.
        }
    }

    private static async IAsyncEnumerable<Session> SessionsAsync(
        ISessionSource source,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var page in source.ListAsync(Caller.Local, SessionFilter.All, after: null, failed: _ => { }, cancellationToken))
        await foreach (var session in source.ReadAsync(page, Caller.Local, cancellationToken))
            yield return session;
    }

    private string Named()
    {
        var most = kinds.OrderByDescending(kind => kind.Value).Take(KindsNamed).Select(kind => $"{kind.Key} {kind.Value}");
        return string.Join(", ", most) + (kinds.Count > KindsNamed ? $", and {kinds.Count - KindsNamed} more kinds" : "");
    }
}
