using System.ComponentModel.DataAnnotations;
using ChatMcpServer.Answers;
using ChatSessions.Condensing;
using ChatSessions.Reviewing;
using ChatSessions.Sources;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp.Tools;

/// <summary>The tools that say what went wrong in sessions. Models read their doc comments.</summary>
[McpServerToolType]
public sealed partial class ChatReviewTools(SessionCatalog catalog)
{
    /// <summary>Repeated here because the SDK's generator copies the parameters without their usings.</summary>
    private const int DefaultMaxTokens = CondenseOptions.DefaultMaxTokens;

    /// <summary>
    /// Review a chat session to debug what went wrong: how it ended, errors by cause and what followed, loops, unused results, user
    /// corrections.
    /// </summary>
    /// <param name="session_id">Its id.</param>
    /// <param name="max_tokens">Maximum tokens.</param>
    /// <param name="project_id">LlamaCloud project.</param>
    /// <param name="organization_id">Its organization.</param>
    [McpServerTool(
        Name = "review_chat_session",
        Title = "Review chat session",
        ReadOnly = true,
        OpenWorld = true,
        UseStructuredContent = true
    )]
    [AnswersWith(typeof(ReviewedSession))]
    public async partial Task<CallToolResult> ReviewChatSession(
        RequestContext<CallToolRequestParams> request,
        string session_id,
        [Range(CondenseOptions.SmallestMaxTokens, CondenseOptions.LargestMaxTokens)] int max_tokens = DefaultMaxTokens,
        string? project_id = null,
        string? organization_id = null,
        CancellationToken cancellationToken = default
    )
    {
        var caller = RequestCaller.Get(request).In(project_id, organization_id);
        var session = await catalog.GetAsync(session_id, caller, cancellationToken);
        var notes = await catalog.NotesOfAsync(session, caller, cancellationToken);
        var answer = ReviewedSession.Within(max_tokens, SessionReview.Of(catalog.Door.Show(session)), notes);
        return ChatSessionTools.Answer(answer.ToText(), answer.ToJson());
    }

    /// <summary>
    /// Compare two chat sessions, such as two tries of one task: the first divergence, tool calls aligned, what only one did, outcomes and
    /// usage.
    /// </summary>
    /// <param name="session_id">The first.</param>
    /// <param name="other_session_id">The second.</param>
    /// <param name="max_tokens">Maximum tokens.</param>
    /// <param name="project_id">LlamaCloud project.</param>
    /// <param name="organization_id">Its organization.</param>
    [McpServerTool(
        Name = "compare_chat_sessions",
        Title = "Compare chat sessions",
        ReadOnly = true,
        OpenWorld = true,
        UseStructuredContent = true
    )]
    [AnswersWith(typeof(ComparedSessions))]
    public async partial Task<CallToolResult> CompareChatSessions(
        RequestContext<CallToolRequestParams> request,
        string session_id,
        string other_session_id,
        [Range(CondenseOptions.SmallestMaxTokens, CondenseOptions.LargestMaxTokens)] int max_tokens = DefaultMaxTokens,
        string? project_id = null,
        string? organization_id = null,
        CancellationToken cancellationToken = default
    )
    {
        var caller = RequestCaller.Get(request).In(project_id, organization_id);
        var session = await catalog.GetAsync(session_id, caller, cancellationToken);
        var other = await catalog.GetAsync(other_session_id, caller, cancellationToken);
        var notes = await catalog.NotesOfAsync(session, other, caller, cancellationToken);
        var comparison = SessionComparison.Of(catalog.Door.Show(session), catalog.Door.Show(other));
        var answer = ComparedSessions.Within(max_tokens, comparison, notes);
        return ChatSessionTools.Answer(answer.ToText(), answer.ToJson());
    }
}
