using System.Globalization;
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

    /// <summary>An answer that takes less of the limit is tried again with a larger budget, but not often, since each try takes as long.</summary>
    private const double Enough = 0.8;

    private const int MostTriesUp = 3;

    public static McpRequestHandler<CallToolRequestParams, CallToolResult> Fit(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next
    ) =>
        async (request, cancellationToken) =>
        {
            var result = await next(request, cancellationToken);
            if (
                KnownHost.Of(request.Server.ClientInfo) is not { Limits: not [] } host
                || request.Params?.Arguments is not { } arguments
                || Tightest(host, result) is not { Share: > 1 } tightest
            )
                return result;
            var asked = arguments.TryGetValue(MaxTokens, out var given) ? given.GetInt32() : CondenseOptions.DefaultMaxTokens;
            var (fitting, tooMuch) = (asked, asked);
            while (tightest.Share > 1 && fitting > CondenseOptions.SmallestMaxTokens)
            {
                tooMuch = fitting;
                fitting = Math.Max(CondenseOptions.SmallestMaxTokens, (int)(fitting * Margin / tightest.Share));
                (result, tightest) = await AnswerAsync(fitting, tightest.Limit);
            }
            for (var tries = 0; tightest.Share < Enough && tries < MostTriesUp; tries++)
            {
                var middle = (fitting + tooMuch) / 2;
                var (larger, share) = await AnswerAsync(middle, tightest.Limit);
                if (share.Share > 1)
                    tooMuch = middle;
                else
                    (fitting, result, tightest) = (middle, larger, share);
            }
            return result;

            async Task<(CallToolResult Result, (AnswerLimit Limit, double Share) Tightest)> AnswerAsync(int maxTokens, AnswerLimit limit)
            {
                arguments[MaxTokens] = JsonElement.Parse(maxTokens.ToString(CultureInfo.InvariantCulture));
                var answer = await next(request, cancellationToken);
                answer.Content.Add(
                    new TextContentBlock
                    {
                        Text = string.Create(
                            CultureInfo.InvariantCulture,
                            $"Cut to max_tokens={maxTokens} instead of {asked}, because {host.Name} shows only about {limit} of an answer."
                        ),
                    }
                );
                return (answer, Tightest(host, answer));
            }
        };

    /// <summary>The limit of which an answer takes the largest share.</summary>
    private static (AnswerLimit Limit, double Share) Tightest(KnownHost host, CallToolResult result)
    {
        var texts = result.Content.OfType<TextContentBlock>().Select(block => block.Text);
        return host.Limits.Select(limit => (Limit: limit, Share: limit.ShareOf(texts))).MaxBy(limit => limit.Share);
    }
}
