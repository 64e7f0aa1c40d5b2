using System.ComponentModel.DataAnnotations;
using ChatMcpServer.Answers;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Sources;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp.Tools;

/// <summary>The tools that need no archive. Models read their doc comments.</summary>
[McpServerToolType]
public sealed partial class ChatSessionTools(SessionCatalog catalog, CondensedAnswers condensed)
{
    /// <summary>Repeated here because the SDK's generator copies the parameters without their usings.</summary>
    internal const int MostListed = 100;
    private const int DefaultMaxTokens = CondenseOptions.DefaultMaxTokens;

    /// <summary>
    /// Get the transcript of a recorded chat session (conversation history, agent trace), condensed: what was asked, each tool call and its
    /// result, each error, how it ended. Cuts say what is left out and how to read it.
    /// </summary>
    /// <param name="session_id">list_chat_sessions finds ids.</param>
    /// <param name="max_tokens">Maximum tokens.</param>
    /// <param name="turns">3, 2-5 or last 3.</param>
    /// <param name="since_event">After this event.</param>
    /// <param name="last_events">Only the last n.</param>
    /// <param name="focus">Words or a question to favor.</param>
    /// <param name="project_id">LlamaCloud project.</param>
    /// <param name="organization_id">Its organization.</param>
    [McpServerTool(Name = "get_chat_session", Title = "Get chat session", ReadOnly = true, OpenWorld = true, UseStructuredContent = true)]
    [AnswersWith(typeof(CondensedSession))]
    public async partial Task<CallToolResult> GetChatSession(
        RequestContext<CallToolRequestParams> request,
        string session_id,
        [Range(CondenseOptions.SmallestMaxTokens, CondenseOptions.LargestMaxTokens)] int max_tokens = DefaultMaxTokens,
        string? turns = null,
        [Range(0, int.MaxValue)] int? since_event = null,
        [Range(1, int.MaxValue)] int? last_events = null,
        string? focus = null,
        string? project_id = null,
        string? organization_id = null,
        CancellationToken cancellationToken = default
    )
    {
        var options = new CondenseOptions
        {
            MaxTokens = max_tokens,
            Turns = turns is null ? null : TurnRange.Parse(turns),
            SinceEvent = since_event,
            LastEvents = last_events,
            Focus = focus,
        };
        var caller = RequestCaller.Get(request).In(project_id, organization_id);
        var session = await catalog.GetAsync(session_id, caller, cancellationToken);
        var notes = await catalog.Notes.OfAsync(session, caller, cancellationToken);
        var answer = condensed.Of(catalog.Door.Show(session), options with { Notes = notes }, caller, cancellationToken);
        return Answer(answer.Text, answer.Json);
    }

    /// <summary>Read events of a session exactly as recorded, by position. Long ones come in pages.</summary>
    /// <param name="session_id">Its id.</param>
    /// <param name="events">57 or 57-60.</param>
    /// <param name="offset">Where in the first event to begin.</param>
    /// <param name="max_tokens">Maximum tokens.</param>
    /// <param name="project_id">LlamaCloud project.</param>
    /// <param name="organization_id">Its organization.</param>
    [McpServerTool(Name = "read_chat_events", Title = "Read chat events", ReadOnly = true, OpenWorld = true, UseStructuredContent = true)]
    [AnswersWith(typeof(EventPages))]
    public async partial Task<CallToolResult> ReadChatEvents(
        RequestContext<CallToolRequestParams> request,
        string session_id,
        string events,
        [Range(0, int.MaxValue)] int offset = 0,
        [Range(CondenseOptions.SmallestMaxTokens, CondenseOptions.LargestMaxTokens)] int max_tokens = DefaultMaxTokens,
        string? project_id = null,
        string? organization_id = null,
        CancellationToken cancellationToken = default
    )
    {
        var range = EventRange.Parse(events);
        var caller = RequestCaller.Get(request).In(project_id, organization_id);
        var session = await catalog.GetAsync(session_id, caller, cancellationToken);
        var notes = await catalog.Notes.OfAsync(session, range, isRaw: false, caller, cancellationToken);
        var pages = EventPages.Read(catalog.Door.Show(session), range, offset, max_tokens, notes);
        return Answer(pages.ToText(), pages.ToJson());
    }

    /// <summary>List recorded chat sessions, newest first: past conversations and runs of agents, and what came of them.</summary>
    /// <param name="title_contains">Part of the title.</param>
    /// <param name="index_id">Using this index.</param>
    /// <param name="outcome">Of the last run.</param>
    /// <param name="updated_after">ISO 8601, UTC.</param>
    /// <param name="updated_before">ISO 8601, UTC.</param>
    /// <param name="agent">claude-code, codex…</param>
    /// <param name="project">Folder or its last parts.</param>
    /// <param name="branch">Git branch.</param>
    /// <param name="include_subagents">List those too.</param>
    /// <param name="limit">Maximum sessions.</param>
    /// <param name="max_tokens">Maximum tokens.</param>
    /// <param name="cursor">next_cursor of a page.</param>
    /// <param name="project_id">LlamaCloud project.</param>
    /// <param name="organization_id">Its organization.</param>
    [McpServerTool(
        Name = "list_chat_sessions",
        Title = "List chat sessions",
        ReadOnly = true,
        OpenWorld = true,
        UseStructuredContent = true
    )]
    [AnswersWith(typeof(SessionList))]
    public async partial Task<CallToolResult> ListChatSessions(
        RequestContext<CallToolRequestParams> request,
        string? title_contains = null,
        string? index_id = null,
        [AllowedValues("ok", "error", "unfinished", "never_run")] string? outcome = null,
        string? updated_after = null,
        string? updated_before = null,
        string? agent = null,
        string? project = null,
        string? branch = null,
        bool include_subagents = false,
        [Range(1, MostListed)] int limit = 20,
        [Range(CondenseOptions.SmallestMaxTokens, CondenseOptions.LargestMaxTokens)] int max_tokens = DefaultMaxTokens,
        string? cursor = null,
        string? project_id = null,
        string? organization_id = null,
        CancellationToken cancellationToken = default
    )
    {
        var caller = RequestCaller.Get(request).In(project_id, organization_id);
        var own = await OwnSession.FindAsync(
            request,
            (running, most) => catalog.FindImportedAsync(running, caller, most, cancellationToken)
        );
        var (from, until) = IsoMoment.ParseSpan(nameof(updated_after), updated_after, nameof(updated_before), updated_before);
        var filter = new SessionFilter(
            title_contains,
            index_id,
            outcome switch
            {
                "ok" => RunOutcome.Ok,
                "error" => RunOutcome.Error,
                "unfinished" => RunOutcome.Unfinished,
                "never_run" => RunOutcome.NeverRun,
                _ => null,
            },
            from,
            until
        )
        {
            Recorded = new(agent, project, branch, include_subagents, own),
        };
        var page = await SessionListPage.ReadAsync(catalog, filter, caller, limit, cursor, cancellationToken);
        var notes = await catalog.Notes.OfAsync(page.Problems, caller, cancellationToken) + OwnSession.Note(own);
        if (page.Total == 0)
            notes += $" {await EmptyList.ExplainAsync(catalog, filter, caller, cancellationToken)}";
        var list = SessionList.Within(max_tokens, page, notes);
        return Answer(list.ToText(), list.ToJson());
    }

    internal static CallToolResult Answer(string text, System.Text.Json.JsonElement json) =>
        new() { Content = [new TextContentBlock { Text = text }], StructuredContent = json };
}
