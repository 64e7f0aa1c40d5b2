using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatMcpServer.Mcp.Resources;

/// <summary>
/// The address of a resource, <c>chat://sessions/…</c>. What is of a part of a session may also be written with the part first, as in
/// <c>chat://turns/…/2-5</c>: pickers of addresses offer the template with most variables among those that begin alike, and people look for
/// sessions. A session id is always one percent-encoded segment and is never split. LlamaCloud's project and organization may follow as <c>?project_id=…&amp;organization_id=…</c>.
/// </summary>
internal abstract record ChatUri(SessionScope Scope)
{
    public sealed record Recent(SessionScope Scope) : ChatUri(Scope);

    /// <summary>An address of one session, in any of its forms.</summary>
    public abstract record OfSession(string SessionId, SessionScope Scope) : ChatUri(Scope);

    public sealed record Transcript(string SessionId, SessionScope Scope) : OfSession(SessionId, Scope);

    public sealed record Json(string SessionId, SessionScope Scope) : OfSession(SessionId, Scope);

    public sealed record Turns(string SessionId, TurnRange Range, SessionScope Scope) : OfSession(SessionId, Scope);

    public sealed record Events(string SessionId, EventRange Range, SessionScope Scope) : OfSession(SessionId, Scope);

    public sealed record ToolCalls(string SessionId, SessionScope Scope) : OfSession(SessionId, Scope);

    public sealed record ToolCall(string SessionId, EventRange Event, SessionScope Scope) : OfSession(SessionId, Scope);

    public sealed record Messages(string SessionId, SessionScope Scope) : OfSession(SessionId, Scope);

    public sealed record Screenshot(string SessionId, ImageAttachment Image, SessionScope Scope) : OfSession(SessionId, Scope);

    private const string Scheme = "chat://";
    private const string Root = Scheme + "sessions";

    /// <summary>The address of a session's transcript.</summary>
    public static string ForSession(string sessionId) => $"{Root}/{Uri.EscapeDataString(sessionId)}";

    /// <exception cref="ChatSessionException">The address is not one of this server's, or has an invalid range.</exception>
    public static ChatUri Parse(string uri)
    {
        var query = uri.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? uri : uri[..query];
        var scope = ReadScope(uri, query < 0 ? "" : uri[(query + 1)..]);
        if (path == Root)
            return new Recent(scope);
        if (
            !path.StartsWith(Scheme, StringComparison.Ordinal) || path[Scheme.Length..].Split('/') is not [var kind, var first, .. var rest]
        )
            throw Unknown(uri);
        var id = Decode(uri, first);
        string[] segments = kind switch
        {
            "sessions" => rest,
            "turns" or "events" or "tool-calls" or "attachments" => [kind, .. rest],
            _ => throw Unknown(uri),
        };
        return segments switch
        {
            [] => new Transcript(id, scope),
            ["json"] => new Json(id, scope),
            ["turns", var turns] => new Turns(id, TurnRange.Parse(Decode(uri, turns)), scope),
            ["events", var events] => new Events(id, EventRange.Parse(Decode(uri, events)), scope),
            ["tool-calls"] => new ToolCalls(id, scope),
            ["tool-calls", var call] => new ToolCall(id, EventRange.Parse(Decode(uri, call)), scope),
            ["messages"] => new Messages(id, scope),
            // The name may contain slashes; as {+name} in the template it is not encoded.
            ["attachments", var source, .. var name] when name.Length > 0 => new Screenshot(
                id,
                new ImageAttachment(Decode(uri, source), string.Join('/', name.Select(segment => Decode(uri, segment)))),
                scope
            ),
            _ => throw Unknown(uri),
        };
    }

    private static SessionScope ReadScope(string uri, string query)
    {
        var scope = SessionScope.Default;
        foreach (var field in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = field.Split('=', 2) is [var before, var after] ? (before, DecodeOrEmpty(uri, after)) : throw Unknown(uri);
            // An empty template variable.
            if (value.Length == 0)
                continue;
            scope = name switch
            {
                "project_id" => scope with { ProjectId = value },
                "organization_id" => scope with { OrganizationId = value },
                _ => throw Unknown(uri),
            };
        }
        return scope;
    }

    private static string Decode(string uri, string segment) => segment.Length == 0 ? throw Unknown(uri) : DecodeOrEmpty(uri, segment);

    /// <summary>Refuses invalid percent-encoding: .NET leaves it as it is, so two addresses would mean the same resource.</summary>
    private static string DecodeOrEmpty(string uri, string segment)
    {
        var decoded = Uri.UnescapeDataString(segment);
        return decoded.AsSpan().Count('%') == segment.AsSpan().Count("%25") ? decoded : throw Unknown(uri);
    }

    private static ChatSessionException Unknown(string uri) =>
        new(
            ChatSessionError.NotFound,
            $"Unknown resource '{Cut(uri)}'. resources/templates/list shows the valid forms, such as {Root}/ses-abc123. "
                + "Percent-encode '/', '%' and spaces in an id."
        );

    private static string Cut(string uri) => uri.Length <= 200 ? uri : $"{uri[..200]}…";
}
