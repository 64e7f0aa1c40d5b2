using System.Globalization;
using ChatMcpServer.Answers;
using ChatSessions.Condensing;
using ChatSessions.Messages;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources;
using ModelContextProtocol.Protocol;

namespace ChatMcpServer.Mcp.Resources;

/// <summary>The resources: each session in several forms. <see cref="ChatUri"/> parses their addresses, not the SDK's templates.</summary>
internal sealed class SessionResources(SessionCatalog catalog, CondensedAnswers condensed)
{
    private const string Markdown = "text/markdown";
    private const string Json = "application/json";

    /// <summary>How many sessions the list of resources has. Clients read all its pages at their start, so it has one.</summary>
    private const int MostListed = 100;

    /// <summary>How many sessions the resource of recent ones has.</summary>
    private const int MostRecent = 50;

    /// <summary>10,000 tokens stay below 50,000 characters, where some hosts write an answer to a file.</summary>
    private const int TranscriptTokens = 10_000;

    /// <summary>A limit, because the SDK keeps several copies of an answer in memory.</summary>
    internal const int MostCharacters = 16 << 20;

    /// <summary>Short, because a list changes with every recorded event.</summary>
    private static readonly TimeSpan ListTimeToLive = TimeSpan.FromSeconds(10);

    private static readonly ResourceTemplate[] Templates =
    [
        Template(
            "sessions/{session_id}",
            "transcript",
            "Transcript",
            Markdown,
            "A session's transcript, condensed; cuts are marked with how to read them"
        ),
        Template("sessions/{session_id}/json", "json", "Session as JSON", Json, "A session exactly as recorded"),
        Template("turns/{session_id}/{turns}", "turns", "Turns", Markdown, "Some turns of a session: 3, 2-5 or last 3"),
        Template(
            "events/{session_id}/{events}",
            "events",
            "Events",
            Json,
            "Events exactly as recorded: one by its position, 57, or an array of them, 57-60"
        ),
        Template(
            "sessions/{session_id}/tool-calls",
            "tool-calls",
            "All tool calls",
            Json,
            "Every tool call with its arguments, result and outcome"
        ),
        Template(
            "tool-calls/{session_id}/{event}",
            "tool-call",
            "Tool call",
            Json,
            "The tool call at a position with its arguments, result and outcome"
        ),
        Template("sessions/{session_id}/messages", "messages", "Messages", Json, "A session as Microsoft.Extensions.AI chat messages"),
        Template(
            "attachments/{session_id}/{source_id}/{+name}",
            "attachment",
            "Screenshot",
            null,
            "A screenshot that a tool result refers to"
        ),
    ];

    /// <summary>The templates, on one page.</summary>
    public static ListResourceTemplatesResult ListTemplates(string? cursor)
    {
        McpErrors.RefuseCursor(cursor, "resources/templates/list");
        return new()
        {
            ResourceTemplates = [.. Templates],
            TimeToLive = TimeSpan.FromHours(1),
            CacheScope = CacheScope.Public,
        };
    }

    /// <summary>The newest sessions, on one page. <c>list_chat_sessions</c> and completion find older ones.</summary>
    public async ValueTask<ListResourcesResult> ListAsync(Caller caller, string? cursor, CancellationToken cancellationToken)
    {
        if (cursor is not null)
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"Invalid cursor. resources/list has one page, the newest {MostListed} sessions; list_chat_sessions lists all."
            );
        var page = await SessionListPage.ReadAsync(
            catalog,
            SessionFilter.Usual,
            caller,
            MostListed,
            cursor: null,
            cancellationToken,
            isBrief: true
        );
        var result = new ListResourcesResult
        {
            TimeToLive = ListTimeToLive,
            CacheScope = CacheScope.Private,
            Resources =
            [
                new Resource
                {
                    Uri = "chat://sessions",
                    Name = "sessions",
                    Title = "Recent chat sessions",
                    Description = "The sessions updated last",
                    MimeType = Json,
                },
            ],
        };
        foreach (var session in page.Sessions)
        {
            var listed = ListedSession.From(session, []);
            result.Resources.Add(
                new Resource
                {
                    Uri = ChatUri.ForSession(session.SessionId),
                    Name = listed.SessionId,
                    Title = listed.Title,
                    // Some pickers show only the description.
                    Description = string.Join(
                        ", ",
                        new[] { DescribedTitle(listed), listed.LastUpdatedAt, listed.Outcome }.OfType<string>()
                    ),
                    MimeType = Markdown,
                }
            );
        }
        return result;
    }

    /// <summary>The title, in quotes if it says itself how the session ended.</summary>
    private static string? DescribedTitle(ListedSession listed) =>
        listed.Title is { } title
            ? Quoted.Between(title, [.. Enum.GetValues<RunOutcome>().Select(outcome => $", {SnakeCase.Of(outcome)}")])
            : null;

    public async ValueTask<ReadResourceResult> ReadAsync(Caller asking, string? uri, CancellationToken cancellationToken)
    {
        if (uri is null)
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                "Missing uri in resources/read. Pass one such as chat://sessions."
            );
        var address = ChatUri.Parse(uri);
        var caller = asking with { Scope = address.Scope };
        ResourceContents contents = address switch
        {
            ChatUri.Recent => Text(uri, Json, await RecentAsync(caller, cancellationToken)),
            ChatUri.Transcript { SessionId: var id } => Text(
                uri,
                Markdown,
                await TranscriptAsync(await Get(id), null, caller, cancellationToken)
            ),
            ChatUri.Turns { SessionId: var id } part => Text(
                uri,
                Markdown,
                await TranscriptAsync(await Get(id), part.Range, caller, cancellationToken)
            ),
            ChatUri.Json { SessionId: var id } => Text(uri, Json, OutgoingText.ShowJson(Bounded(await Get(id), "the JSON").Session.Json)),
            ChatUri.Events { SessionId: var id } part => Text(uri, Json, Events(await Get(id), part.Range)),
            ChatUri.ToolCalls { SessionId: var id } => Text(uri, Json, ToolCallJson.Write(Bounded(await Get(id), "the tool calls"))),
            ChatUri.ToolCall { SessionId: var id } call => Text(uri, Json, ToolCallJson.Write(await Get(id), call.Event)),
            ChatUri.Messages { SessionId: var id } => Text(
                uri,
                Json,
                OutgoingText.ShowJson(Bounded(await Get(id), "the messages").Session.ToChatMessagesJson())
            ),
            ChatUri.Screenshot { SessionId: var id, Image: var image } when RefersTo(await Get(id), image) => Blob(
                uri,
                await catalog.GetAttachmentAsync(image, caller, cancellationToken)
            ),
            ChatUri.Screenshot { SessionId: var id, Image: var image } => throw new ChatSessionException(
                ChatSessionError.NotFound,
                $"Session '{id}' has no attachment '{image.AttachmentName}' of source '{image.SourceId}'. "
                    + $"{ChatUri.ForSession(id)}/tool-calls names its attachments."
            ),
            _ => throw new InvalidOperationException(),
        };
        return new ReadResourceResult { Contents = [contents], CacheScope = CacheScope.Private };

        async Task<ShownSession> Get(string id) => catalog.Door.Show(await catalog.GetAsync(id, caller, cancellationToken));
    }

    /// <summary>Attachments are served only if the session refers to them, although the key may have access to more.</summary>
    private static bool RefersTo(ShownSession session, ImageAttachment image) =>
        session.Session.Events.Any(one => one is ToolResultEvent { ImageAttachment: { } attached } && attached == image);

    private async Task<string> RecentAsync(Caller caller, CancellationToken cancellationToken)
    {
        var page = await SessionListPage.ReadAsync(catalog, SessionFilter.Usual, caller, MostRecent, cursor: null, cancellationToken);
        return SessionList.From(page, await catalog.Notes.OfAsync(page.Problems, caller, cancellationToken)).ToJson().GetRawText();
    }

    private async Task<string> TranscriptAsync(ShownSession session, TurnRange? turns, Caller caller, CancellationToken cancellationToken)
    {
        var options = new CondenseOptions
        {
            MaxTokens = TranscriptTokens,
            Turns = turns,
            Notes = await catalog.Notes.OfAsync(session.Session, caller, cancellationToken),
        };
        return condensed.MarkdownOf(session, options, caller, cancellationToken);
    }

    private static ShownSession Bounded(ShownSession session, string what) =>
        session.Session.Json.Utf8.Length is <= MostCharacters
            ? session
            : throw TooLarge(session.Session, what, session.Session.Json.Utf8.Length);

    private static string Events(ShownSession session, EventRange events)
    {
        var (first, last) = events.In(session.Session);
        var chosen = session.Session.Events.AsSpan()[first..(last + 1)].ToArray();
        var size = chosen.Sum(@event => (long)@event.Json.Utf8.Length);
        if (size > MostCharacters)
            throw TooLarge(session.Session, $"events {first}-{last}", size);
        var json = chosen.Select(@event => session[@event.Position].Text());
        return chosen.Length == 1 ? json.Single() : $"[{string.Join(",\n", json)}]";
    }

    private static ChatSessionException TooLarge(Session session, string what, long bytes) =>
        new(
            ChatSessionError.TooLarge,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what} of session '{session.Summary.SessionId}': too large for one answer ({bytes:N0} bytes, limit {MostCharacters:N0}). "
                    + $"Read less at a time: {ChatUri.ForSession(session.Summary.SessionId)}/events/0-99, or read_chat_events, which pages."
            )
        );

    private static ResourceTemplate Template(string path, string name, string title, string? mediaType, string description) =>
        new()
        {
            UriTemplate = $"chat://{path}",
            Name = name,
            Title = title,
            Description = description,
            MimeType = mediaType,
        };

    private static TextResourceContents Text(string uri, string mediaType, string text) =>
        new()
        {
            Uri = uri,
            MimeType = mediaType,
            Text = text,
        };

    private static BlobResourceContents Blob(string uri, Attachment attachment) =>
        BlobResourceContents.FromBytes(attachment.Content, uri, attachment.MediaType);
}
