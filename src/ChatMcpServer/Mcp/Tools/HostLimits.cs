using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatSessions.Condensing;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp.Tools;

/// <summary>
/// Fits answers into what a host shows its model whole. Hosts cut a longer answer in the middle, or write it to a file of which the model sees
/// a few lines. Such an answer is made again with a smaller max_tokens, and says so.
/// </summary>
internal static class HostLimits
{
    private const string MaxTokens = "max_tokens";

    /// <summary>An answer gets longer with the budget, but not evenly.</summary>
    private const double Margin = 0.97;

    public static McpRequestHandler<CallToolRequestParams, CallToolResult> Fit(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next
    ) =>
        async (request, cancellationToken) =>
        {
            var result = await next(request, cancellationToken);
            if (
                KnownHost.Of(request.Server.ClientInfo) is not { LongestAnswer: { } longest } host
                || request.Params?.Arguments is not { } arguments
                || BytesOf(result) <= longest
            )
                return result;
            var asked = arguments.TryGetValue(MaxTokens, out var given) ? given.GetInt32() : CondenseOptions.DefaultMaxTokens;
            var fitting = asked;
            string note = "";
            while (BytesOf(result) + note.Length > longest && fitting > CondenseOptions.SmallestMaxTokens)
            {
                fitting = Math.Max(CondenseOptions.SmallestMaxTokens, (int)(fitting * Margin * longest / BytesOf(result)));
                note = string.Create(
                    CultureInfo.InvariantCulture,
                    $"Cut to max_tokens={fitting} instead of {asked}, because {host.Name} shows only about {longest:N0} bytes of an answer."
                );
                arguments[MaxTokens] = JsonElement.Parse(fitting.ToString(CultureInfo.InvariantCulture));
                result = await next(request, cancellationToken);
            }
            result.Content.Add(new TextContentBlock { Text = note });
            return result;
        };

    private static int BytesOf(CallToolResult result) =>
        result.Content.OfType<TextContentBlock>().Sum(block => Encoding.UTF8.GetByteCount(block.Text));
}
