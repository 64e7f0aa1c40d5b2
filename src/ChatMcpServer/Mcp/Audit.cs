using System.Diagnostics;
using System.Text.Json;
using ChatMcpServer.Mcp.Resources;
using ChatSessions.Model;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp;

/// <summary>Records who read what, without anything that was recorded or searched for.</summary>
/// <param name="write">Takes each entry when its request has ended.</param>
public sealed class Audit(Action<AuditEntry> write)
{
    private const string Refused = "refused";
    private const string Failed = "failed";

    private static readonly string Key = typeof(Audit).FullName!;

    /// <summary>The arguments that name a session.</summary>
    private static readonly string[] SessionArguments = ["session_id", "other_session_id"];

    internal static McpRequestHandler<CallToolRequestParams, CallToolResult> OfToolCalls(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next
    ) => (request, cancellationToken) => Of(next, request, request.Params?.Name, SessionsIn(request.Params?.Arguments), cancellationToken);

    internal static McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> OfResourceReads(
        McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> next
    ) => (request, cancellationToken) => Of(next, request, request.Params?.Uri, SessionIn(request.Params?.Uri), cancellationToken);

    internal static McpRequestHandler<ListResourcesRequestParams, ListResourcesResult> OfResourceLists(
        McpRequestHandler<ListResourcesRequestParams, ListResourcesResult> next
    ) => (request, cancellationToken) => Of(next, request, what: null, sessionId: null, cancellationToken);

    internal static McpRequestHandler<CompleteRequestParams, CompleteResult> OfCompletions(
        McpRequestHandler<CompleteRequestParams, CompleteResult> next
    ) => (request, cancellationToken) => Of(next, request, request.Params?.Argument?.Name, sessionId: null, cancellationToken);

    internal static McpRequestHandler<GetPromptRequestParams, GetPromptResult> OfPrompts(
        McpRequestHandler<GetPromptRequestParams, GetPromptResult> next
    ) => (request, cancellationToken) => Of(next, request, request.Params?.Name, SessionsIn(request.Params?.Arguments), cancellationToken);

    /// <summary>For subscriptions, which the SDK has no filters for.</summary>
    internal static McpRequestHandler<TParams, EmptyResult> OfSubscriptions<TParams>(McpRequestHandler<TParams, EmptyResult> next) =>
        (request, cancellationToken) => Of(next, request, what: null, sessionId: null, cancellationToken);

    /// <summary>Notes how a request ends that gets an error for an answer.</summary>
    /// <param name="isRefusal">Whether the caller may not have, or does not have, what was asked for.</param>
    internal static void Note(MessageContext request, bool isRefusal) => request.Items[Key] = isRefusal ? Refused : Failed;

    private static async ValueTask<TResult> Of<TParams, TResult>(
        McpRequestHandler<TParams, TResult> next,
        RequestContext<TParams> request,
        string? what,
        string? sessionId,
        CancellationToken cancellationToken
    )
    {
        if (request.Services?.GetService<Audit>() is not { } audit)
            return await next(request, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        var outcome = Failed;
        try
        {
            var result = await next(request, cancellationToken);
            outcome = result is CallToolResult { IsError: true } ? Noted() ?? Refused : "ok";
            return result;
        }
        catch (McpException exception)
        {
            outcome = Noted() ?? (exception is McpProtocolException { ErrorCode: not McpErrorCode.InternalError } ? Refused : Failed);
            throw;
        }
        catch (OperationCanceledException)
        {
            outcome = "cancelled";
            throw;
        }
        finally
        {
            audit.Write(
                new(
                    RequestCaller.Get(request).Name,
                    request.JsonRpcRequest.Method,
                    what,
                    sessionId,
                    outcome,
                    Stopwatch.GetElapsedTime(start)
                )
            );
        }

        string? Noted() => request.Items.TryGetValue(Key, out var noted) ? noted as string : null;
    }

    /// <summary>Records a request; also one that was refused before it was read.</summary>
    public void Write(AuditEntry entry) => write(entry);

    private static string? SessionsIn(IDictionary<string, JsonElement>? arguments)
    {
        var ids = new List<string>();
        foreach (var name in SessionArguments)
            if (arguments is not null && arguments.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String)
                ids.Add(value.GetString()!);
        return ids.Count == 0 ? null : string.Join(',', ids);
    }

    private static string? SessionIn(string? uri)
    {
        try
        {
            return uri is not null && ChatUri.Parse(uri) is ChatUri.OfSession { SessionId: var id } ? id : null;
        }
        catch (ChatSessionException)
        {
            return null;
        }
    }
}

/// <summary>A request that was answered.</summary>
/// <param name="Who">The caller's name; null if it is not known.</param>
/// <param name="Method">The method of MCP.</param>
/// <param name="What">The tool, the resource or the prompt, where there is one; of what was refused before it was read, the client's address.</param>
/// <param name="SessionId">The session, where the request names one.</param>
/// <param name="Outcome"><c>ok</c>, <c>refused</c> for what the caller may not or does not have, <c>failed</c>, <c>cancelled</c>, or the HTTP status and why.</param>
/// <param name="Took">Until the answer was made.</param>
public sealed record AuditEntry(string? Who, string Method, string? What, string? SessionId, string Outcome, TimeSpan Took);
