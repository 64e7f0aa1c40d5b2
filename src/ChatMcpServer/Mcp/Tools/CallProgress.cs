using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp.Tools;

/// <summary>
/// Says every second that a call goes on, to a client that asked for progress. Some clients give up on a call only if they hear nothing. How
/// much is left is not known, so the progress is the seconds that passed.
/// </summary>
internal static class CallProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static McpRequestHandler<CallToolRequestParams, CallToolResult> Report(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next
    ) =>
        async (request, cancellationToken) =>
        {
            if (request.Params?.ProgressToken is not { } token)
                return await next(request, cancellationToken);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var time = request.Services?.GetService<TimeProvider>() ?? TimeProvider.System;
            var reporting = ReportAsync(request.Server, token, request.Params.Name, time, ended.Token);
            try
            {
                return await next(request, cancellationToken);
            }
            finally
            {
                await ended.CancelAsync();
                // No report may follow the answer.
                await reporting;
            }
        };

    private static async Task ReportAsync(
        McpServer server,
        ProgressToken token,
        string tool,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        try
        {
            for (var seconds = 1; ; seconds++)
            {
                await Task.Delay(Interval, time, cancellationToken);
                await server.NotifyProgressAsync(
                    token,
                    new ProgressNotificationValue { Progress = seconds, Message = $"{tool}: {seconds} s" },
                    cancellationToken: cancellationToken
                );
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException or IOException)
        {
            // The call ended, or the client is gone: the answer itself says so.
        }
    }
}
