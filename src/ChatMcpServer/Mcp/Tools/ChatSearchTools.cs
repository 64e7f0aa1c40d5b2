using System.ComponentModel.DataAnnotations;
using ChatMcpServer.Answers;
using ChatSessions.Archive;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Sources;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp.Tools;

/// <summary>The search tool, registered if there is anything to search. Models read its doc comment.</summary>
[McpServerToolType]
public sealed partial class ChatSearchTools(SessionSearch search, SessionCatalog catalog)
{
    /// <summary>Repeated here because the SDK's generator copies the parameters without their usings.</summary>
    internal const int MostHits = 50;
    private const int DefaultMaxTokens = CondenseOptions.DefaultMaxTokens;

    /// <summary>
    /// Search previous conversations, a memory of past work, for an error, name or question. Hits are events to read with read_chat_events.
    /// </summary>
    /// <param name="query">Words, "phrases", begin*, -without, OR. None: newest by filters.</param>
    /// <param name="kind">Of text.</param>
    /// <param name="tool_name">Only this tool.</param>
    /// <param name="session_id">Only this session.</param>
    /// <param name="outcome">Of the call.</param>
    /// <param name="updated_after">ISO 8601, UTC.</param>
    /// <param name="updated_before">ISO 8601, UTC.</param>
    /// <param name="agent">claude-code, codex…</param>
    /// <param name="project">Folder or its last parts.</param>
    /// <param name="branch">Git branch.</param>
    /// <param name="include_subagents">Those too.</param>
    /// <param name="by_session">Line per session.</param>
    /// <param name="limit">Maximum hits.</param>
    /// <param name="max_tokens">Maximum tokens.</param>
    /// <param name="cursor">next_cursor of a page.</param>
    /// <param name="project_id">LlamaCloud project.</param>
    /// <param name="organization_id">Its organization.</param>
    [McpServerTool(
        Name = "search_chat_sessions",
        Title = "Search chat sessions",
        ReadOnly = true,
        OpenWorld = false,
        UseStructuredContent = true
    )]
    [AnswersWith(typeof(HitList))]
    public async partial Task<CallToolResult> SearchChatSessions(
        RequestContext<CallToolRequestParams> request,
        string? query = null,
        [AllowedValues("user", "answer", "thinking", "arguments", "result", "error", "other")] string? kind = null,
        string? tool_name = null,
        string? session_id = null,
        [AllowedValues("ok", "failed", "unanswered")] string? outcome = null,
        string? updated_after = null,
        string? updated_before = null,
        string? agent = null,
        string? project = null,
        string? branch = null,
        bool include_subagents = false,
        bool by_session = false,
        [Range(1, MostHits)] int limit = 10,
        [Range(CondenseOptions.SmallestMaxTokens, CondenseOptions.LargestMaxTokens)] int max_tokens = DefaultMaxTokens,
        string? cursor = null,
        string? project_id = null,
        string? organization_id = null,
        CancellationToken cancellationToken = default
    )
    {
        var caller = RequestCaller.Get(request).In(project_id, organization_id);
        var (from, until) = IsoMoment.ParseSpan(nameof(updated_after), updated_after, nameof(updated_before), updated_before);
        var filter = new SearchFilter(
            kind is null ? null : Enum.Parse<SearchKind>(kind, ignoreCase: true),
            tool_name,
            outcome is null ? null : Enum.Parse<ToolOutcomeKind>(outcome, ignoreCase: true),
            session_id is null ? null : await catalog.RecordedIdAsync(session_id, caller, cancellationToken),
            from,
            until
        )
        {
            Recorded = new(agent, project, branch, include_subagents),
        };
        // A session that is named by its id is searched even if it is the client's own.
        var own = session_id is null
            ? await OwnSession.FindAsync(request, (running, most) => catalog.FindImportedAsync(running, caller, most, cancellationToken))
            : null;
        var asked = filter with { Recorded = filter.Recorded with { Without = own } };
        var words = SearchQuery.Require(query, filter);
        var isSamplesOnly = await catalog.IsSamplesOnlyAsync(caller, cancellationToken);
        var list = await HitList.WithinAsync(
            max_tokens,
            limit,
            most => search.SearchAsync(caller, words, asked, by_session, most, cursor, cancellationToken),
            caller.Scope,
            page =>
                SearchNotes.ForTool(page, filter, isFirst: cursor is null, isSamplesOnly, catalog.ProblemsOf(caller)) + OwnSession.Note(own)
        );
        if (list.Total == 0 && session_id is not null)
            await RequireAsync(session_id, caller, cancellationToken);
        if (list.Total == 0 && await EmptyList.ExplainAsync(catalog, filter, caller, cancellationToken) is { } why)
            list = list with { Notes = $"{list.Notes} {why}" };
        return ChatSessionTools.Answer(list.ToText(), list.ToJson());
    }

    /// <exception cref="ChatSessionException">There is no such session.</exception>
    private async Task RequireAsync(string sessionId, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            await catalog.GetAsync(sessionId, caller, cancellationToken);
        }
        catch (ChatSessionException exception) when (exception.IsSourceFailure && exception.Error != ChatSessionError.NotFound)
        {
            // Whether there is such a session is not known.
        }
    }
}
