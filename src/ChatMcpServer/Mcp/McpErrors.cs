using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp;

/// <summary>
/// The only place where failures become MCP answers. A failed tool call gives a result with <c>isError</c>, so that the model reads the
/// message and can correct itself; everything else gives a JSON-RPC error.
/// </summary>
internal static class McpErrors
{
    /// <summary>From this version on, a missing resource is an invalid parameter; before, it had its own code.</summary>
    private const string MissingResourceIsInvalidParameterSince = "2026-07-28";

    public static McpRequestHandler<CallToolRequestParams, CallToolResult> InToolCalls(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next
    ) =>
        async (request, cancellationToken) =>
        {
            try
            {
                return await WithMemoryAsync(next, request, cancellationToken);
            }
            catch (Exception exception) when (IsOurs(exception, cancellationToken))
            {
                var sentence = Sentence(exception, request.Services, request.Params?.Name);
                Audit.Note(request, IsRefusal(exception));
                // The SDK logs only protocol errors, and an unexpected one was logged with its stack.
                if (!IsRefusal(exception) && exception is ChatSessionException or OutOfMemoryException)
                    Logger(request.Services)?.ToolFailed(request.Params?.Name, sentence);
                return new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = sentence }] };
            }
        };

    public static McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> InResourceReads(
        McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> next
    ) =>
        async (request, cancellationToken) =>
        {
            try
            {
                return await WithMemoryAsync(next, request, cancellationToken);
            }
            catch (Exception exception) when (IsOurs(exception, cancellationToken))
            {
                var error = AsProtocolError(exception, request);
                error.Data["uri"] = request.Params?.Uri;
                throw error;
            }
        };

    public static McpRequestHandler<ListResourcesRequestParams, ListResourcesResult> InResourceLists(
        McpRequestHandler<ListResourcesRequestParams, ListResourcesResult> next
    ) => (request, cancellationToken) => AsProtocolErrors(next, request, cancellationToken);

    public static McpRequestHandler<CompleteRequestParams, CompleteResult> InCompletions(
        McpRequestHandler<CompleteRequestParams, CompleteResult> next
    ) => (request, cancellationToken) => AsProtocolErrors(next, request, cancellationToken);

    public static McpRequestHandler<GetPromptRequestParams, GetPromptResult> InPrompts(
        McpRequestHandler<GetPromptRequestParams, GetPromptResult> next
    ) => (request, cancellationToken) => AsProtocolErrors(next, request, cancellationToken);

    /// <summary>Refuses a cursor where a list has one page.</summary>
    /// <exception cref="McpProtocolException">There is a cursor.</exception>
    public static void RefuseCursor(string? cursor, string method)
    {
        if (!string.IsNullOrEmpty(cursor))
            throw new McpProtocolException($"Invalid cursor: {method} has one page. Leave it out.", McpErrorCode.InvalidParams);
    }

    /// <summary>The SDK has no filters for <c>subscriptions/listen</c>, so this wraps the handlers themselves. A subscription takes no turn: it only waits.</summary>
    public static McpRequestHandler<TParams, EmptyResult> InSubscriptions<TParams>(McpRequestHandler<TParams, EmptyResult> next) =>
        (request, cancellationToken) => AsProtocolErrors(next, request, cancellationToken, takesTurn: false);

    private static async ValueTask<TResult> AsProtocolErrors<TParams, TResult>(
        McpRequestHandler<TParams, TResult> next,
        RequestContext<TParams> request,
        CancellationToken cancellationToken,
        bool takesTurn = true
    )
    {
        try
        {
            return await WithMemoryAsync(next, request, cancellationToken, takesTurn);
        }
        catch (Exception exception) when (IsOurs(exception, cancellationToken))
        {
            throw AsProtocolError(exception, request);
        }
    }

    private static ValueTask<TResult> WithMemoryAsync<TParams, TResult>(
        McpRequestHandler<TParams, TResult> next,
        RequestContext<TParams> request,
        CancellationToken cancellationToken,
        bool takesTurn = true
    ) =>
        ScarceMemory.AnswerAsync(
            () => next(request, cancellationToken),
            request.Services?.GetService<SessionCache>(),
            takesTurn ? request.Services?.GetService<RequestTurns>() : null,
            cancellationToken
        );

    /// <summary>The SDK's own exceptions already have their code, and a cancelled request gets no answer.</summary>
    private static bool IsOurs(Exception exception, CancellationToken cancellationToken) =>
        exception is not McpException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested);

    /// <summary>Whether the caller may not have, or does not have, what was asked for. Otherwise something failed that an operator may look after.</summary>
    private static bool IsRefusal(Exception exception) =>
        exception
            is ChatSessionException
            {
                Error: ChatSessionError.InvalidArgument
                    or ChatSessionError.NotFound
                    or ChatSessionError.Unauthorized
                    or ChatSessionError.TooLarge
            };

    private static McpProtocolException AsProtocolError<TParams>(Exception exception, RequestContext<TParams> request)
    {
        Audit.Note(request, IsRefusal(exception));
        return new(
            Sentence(exception, request.Services, request.JsonRpcRequest.Method),
            (exception as ChatSessionException)?.Error switch
            {
                ChatSessionError.NotFound
                    when request.Params is not GetPromptRequestParams && !IsSince(request.Server.NegotiatedProtocolVersion) =>
                    McpErrorCode.ResourceNotFound,
                ChatSessionError.NotFound or ChatSessionError.InvalidArgument => McpErrorCode.InvalidParams,
                _ => McpErrorCode.InternalError,
            }
        );
    }

    private static bool IsSince(string? version) => string.CompareOrdinal(version, MissingResourceIsInvalidParameterSince) >= 0;

    private static string Sentence(Exception exception, IServiceProvider? services, string? what)
    {
        if (exception is ChatSessionException failure)
        {
            var sentence = OutgoingText.Show(services?.GetService<OutgoingDoor>()?.Replace(failure.Message) ?? failure.Message);
            return failure.IsUnknownId ? $"{sentence} list_chat_sessions shows the ids." : sentence;
        }
        if (exception is OutOfMemoryException)
            return $"{what} {ScarceMemory.NeedsMore}";
        Logger(services)?.UnexpectedFailure(what, exception);
        return $"{what} failed with an internal error ({exception.GetType().Name}). See the server's log on standard error.";
    }

    private static ILogger? Logger(IServiceProvider? services) => services?.GetService<ILoggerFactory>()?.CreateLogger(typeof(McpErrors));
}
