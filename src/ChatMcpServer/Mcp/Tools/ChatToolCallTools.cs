using System.ComponentModel.DataAnnotations;
using ChatMcpServer.Answers;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.ToolCalls;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp.Tools;

/// <summary>The tool that lists tool calls. Models read its doc comment.</summary>
[McpServerToolType]
public sealed partial class ChatToolCallTools(SessionCatalog catalog, TimeProvider time)
{
    /// <summary>Repeated here because the SDK's generator copies the parameters without their usings.</summary>
    private const int DefaultMaxTokens = CondenseOptions.DefaultMaxTokens;

    /// <summary>List the tool calls and commands of a session with exact arguments, outcomes, exit codes, durations and results.</summary>
    /// <param name="session_id">Its id.</param>
    /// <param name="tool_name">Only this tool.</param>
    /// <param name="outcome">Of the call.</param>
    /// <param name="matching">Words, a "phrase" or /regex/.</param>
    /// <param name="events">57 or 57-60.</param>
    /// <param name="turns">3, 2-5 or last 3.</param>
    /// <param name="sort">Longest first, or in order.</param>
    /// <param name="cursor">next_cursor of a page.</param>
    /// <param name="max_tokens">Maximum tokens.</param>
    /// <param name="project_id">LlamaCloud project.</param>
    /// <param name="organization_id">Its organization.</param>
    [McpServerTool(Name = "list_tool_calls", Title = "List tool calls", ReadOnly = true, OpenWorld = true, UseStructuredContent = true)]
    [AnswersWith(typeof(ToolCallList))]
    public async partial Task<CallToolResult> ListToolCalls(
        RequestContext<CallToolRequestParams> request,
        string session_id,
        string? tool_name = null,
        [AllowedValues("ok", "failed", "unanswered")] string? outcome = null,
        string? matching = null,
        string? events = null,
        string? turns = null,
        [AllowedValues("order", "size", "duration")] string? sort = null,
        string? cursor = null,
        [Range(CondenseOptions.SmallestMaxTokens, CondenseOptions.LargestMaxTokens)] int max_tokens = DefaultMaxTokens,
        string? project_id = null,
        string? organization_id = null,
        CancellationToken cancellationToken = default
    )
    {
        var query = new CallQuery
        {
            Tool = tool_name,
            Outcome = outcome switch
            {
                "ok" => ToolOutcomeKind.Ok,
                "failed" => ToolOutcomeKind.Failed,
                "unanswered" => ToolOutcomeKind.Unanswered,
                _ => null,
            },
            Matching = matching is null ? null : CallPattern.Parse(matching),
            Events = events is null ? null : EventRange.Parse(events),
            Turns = turns is null ? null : TurnRange.Parse(turns),
            Order = sort switch
            {
                "size" => CallOrder.Size,
                "duration" => CallOrder.Duration,
                _ => CallOrder.Recorded,
            },
        };
        var caller = RequestCaller.Get(request).In(project_id, organization_id);
        var session = await catalog.GetAsync(session_id, caller, cancellationToken);
        var notes = await catalog.Notes.OfAsync(session, caller, cancellationToken);
        var found = FoundCalls.Find(catalog.Door.Show(session), query, time, cancellationToken);
        var answer = new ToolCallAnswer(found, cursor, notes, time, cancellationToken);
        return ChatSessionTools.Answer(
            answer.Within(max_tokens, CondensedForm.Text, cancellationToken).ToText(),
            answer.Within(max_tokens, CondensedForm.Json, cancellationToken).ToJson()
        );
    }
}
