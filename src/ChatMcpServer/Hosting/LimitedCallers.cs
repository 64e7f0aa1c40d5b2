using System.Globalization;
using System.Threading.RateLimiting;
using ChatMcpServer.Mcp;
using Microsoft.AspNetCore.RateLimiting;

namespace ChatMcpServer.Hosting;

/// <summary>Limits how much each caller asks, so that none takes the server from the others.</summary>
internal static class LimitedCallers
{
    /// <summary>When to ask again if too many requests of the caller wait, in seconds: some will have been answered.</summary>
    private const int WhenOthersEnded = 1;

    /// <summary>
    /// A refusal takes this long: a caller who asks again at once, whatever the answer, would take the processors with refusals alone.
    /// </summary>
    private static readonly TimeSpan Slowing = TimeSpan.FromMilliseconds(200);

    public static void AddTo(IServiceCollection services, CallerLimits limits) =>
        services.AddRateLimiter(options =>
        {
            // What has to wait is tried before it waits. The rate comes last, since what a try takes of it is not given back.
            options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                PartitionedRateLimiter.Create<HttpContext, (string, bool)>(context => AtOnce(context, limits)),
                PartitionedRateLimiter.Create<HttpContext, string>(context => Rate(context, limits))
            );
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = RefuseAsync;
        });

    private static RateLimitPartition<string> Rate(HttpContext context, CallerLimits limits) =>
        context.User is CallerPrincipal { Caller.Name: var name }
            ? RateLimitPartition.GetTokenBucketLimiter(
                name,
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = limits.InARow,
                    TokensPerPeriod = 1,
                    ReplenishmentPeriod = TimeSpan.FromMinutes(1) / limits.RequestsPerMinute,
                    QueueLimit = 0,
                }
            )
            : RateLimitPartition.GetNoLimiter("");

    private static RateLimitPartition<(string, bool)> AtOnce(HttpContext context, CallerLimits limits)
    {
        if (context.User is not CallerPrincipal { Caller.Name: var name })
            return RateLimitPartition.GetNoLimiter(("", false));
        var isListening = IsListening(context);
        return RateLimitPartition.GetConcurrencyLimiter(
            (name, isListening),
            _ => new ConcurrencyLimiterOptions
            {
                PermitLimit = isListening ? CallerLimits.MostListening : limits.AtOnce,
                QueueLimit = isListening ? 0 : CallerLimits.MostWaiting,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            }
        );
    }

    /// <summary>Whether a request waits for updates. The SDK refuses one of such a version whose header names another method than its body.</summary>
    private static bool IsListening(HttpContext context) =>
        HttpHost.HasListen(context.Request) && context.Request.Headers["Mcp-Method"] == "subscriptions/listen";

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var context = rejected.HttpContext;
        var isOfRate = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait);
        var seconds = isOfRate ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : WhenOthersEnded;
        // Nobody knows when one that waits for updates ends.
        var waitsForOwn = !isOfRate && IsListening(context);
        if (!waitsForOwn)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        context
            .RequestServices.GetRequiredService<Audit>()
            .Write(
                new(
                    (context.User as CallerPrincipal)?.Caller.Name,
                    "http",
                    context.Connection.RemoteIpAddress?.ToString(),
                    null,
                    "429",
                    TimeSpan.Zero
                )
            );
        await Task.Delay(Slowing, cancellationToken);
        await context.Response.WriteAsync(
            waitsForOwn
                ? $"{CallerLimits.MostListening} of your requests wait for updates, and a caller may have no more. Follow several addresses with one request, "
                    + "or end another first."
                : $"You ask too much of this server at a time. Try again in {seconds} s. Its operator sets the limits with --caller-rate and --caller-requests.",
            cancellationToken
        );
    }
}
