using System.Runtime.CompilerServices;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>
/// The sessions of a LlamaCloud project, or of an installation of one's own, over its chat API. Made by
/// <see cref="LlamaCloudServices.AddLlamaCloud"/>; it asks nothing before it is asked.
/// </summary>
public sealed class LlamaCloudSource : ISessionSource
{
    private const string Chat = "/api/v1/chat";
    private const string Attachments = "/api/v1/beta/attachments/";
    private readonly LlamaCloudApi api;
    private readonly AttachmentStore store;
    private readonly LlamaCloudOptions options;

    internal LlamaCloudSource(LlamaCloudApi api, AttachmentStore store, LlamaCloudOptions options)
    {
        this.api = api;
        this.store = store;
        this.options = options;
    }

    /// <inheritdoc/>
    public string Name => api.Failure.Peer;

    /// <inheritdoc/>
    public async Task<SessionSummary?> FindSummaryAsync(string sessionId, SessionScope scope, CancellationToken cancellationToken)
    {
        var path = $"{Chat}/{RequestPath.Segment("session id", sessionId)}/summary{RequestPath.Query(Project(scope))}";
        var what = $"the summary of session '{sessionId}'";
        return await api.FindAsync(path, what, utf8 => SessionJson.ReadSummary(utf8, Origin(what)), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Session?> FindAsync(string sessionId, SessionScope scope, CancellationToken cancellationToken)
    {
        var path = $"{Chat}/{RequestPath.Segment("session id", sessionId)}{RequestPath.Query(Project(scope))}";
        var what = $"session '{sessionId}'";
        return await api.FindAsync(path, what, utf8 => SessionJson.Read(utf8, Origin(what)), cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
        SessionScope scope,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        const string what = "the list of sessions";
        var project = Project(scope);
        var seen = new HashSet<string>();
        string? token = null;
        do
        {
            // No page_size: which sizes the API takes is not documented. The token is the server's own word, so anything may be in it.
            var path = Chat + RequestPath.Query(project, token is null ? "" : "&page_token=" + Uri.EscapeDataString(token));
            var page =
                await api.GetAsync(path, what, utf8 => SessionPage.Read(utf8, Origin(what)), cancellationToken)
                ?? throw api.Failure.Unexpected(what, "with something that has no 'items'");
            if (page.Sessions.Count == 0)
                yield break;
            yield return page.Sessions;
            token = page.NextToken;
            if (token is not null && !seen.Add(token))
                throw api.Failure.Unexpected(what, "named the same next page twice, so the list would never end");
        } while (token is not null);
    }

    /// <inheritdoc/>
    public async Task<Attachment?> FindAttachmentAsync(ImageAttachment image, SessionScope scope, CancellationToken cancellationToken)
    {
        var query = RequestPath.Query(RequestPath.Parameter("source_id", image.SourceId), Project(scope));
        var path = Attachments + RequestPath.Segment("attachment name", image.AttachmentName) + query;
        var what = $"attachment '{image.AttachmentName}' of source '{image.SourceId}'";
        var address = await api.FindAsync(
            path,
            what,
            utf8 => PresignedAddress.Read(utf8) ?? throw api.Failure.Unexpected(what, "with something that has no 'url'"),
            cancellationToken
        );
        return address is null ? null : await store.FindAsync(address.Url, what, cancellationToken);
    }

    private string Origin(string what) => $"What {Name} answers for {what}";

    private string Project(SessionScope scope) =>
        RequestPath.UuidParameter("project_id", scope.ProjectId ?? options.ProjectId)
        + RequestPath.UuidParameter("organization_id", scope.OrganizationId ?? options.OrganizationId);
}
