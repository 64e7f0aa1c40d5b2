using System.Net;
using Microsoft.Extensions.Primitives;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Protects a local server from web pages. A page of any site can send requests to loopback (its Origin header shows that), or let its own
/// name resolve to loopback (DNS rebinding; the Host header shows that).
/// </summary>
public static class LoopbackOnly
{
    /// <summary>Refuses requests with an Origin or for a Host other than this machine, on every path.</summary>
    public static IApplicationBuilder UseLoopbackOnly(this IApplicationBuilder app) =>
        app.Use(
            async (context, next) =>
            {
                string? refusal =
                    !IsLoopback(context.Request.Host.Host) ? "Invalid Host header: this server accepts requests for localhost only."
                    : !IsAllowed(context.Request.Headers.Origin)
                        ? "Invalid Origin header: this server refuses requests from other sites' pages."
                    : null;
                if (refusal is null)
                {
                    await next(context);
                    return;
                }
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                await context.Response.WriteAsync(refusal, context.RequestAborted);
            }
        );

    private static bool IsAllowed(StringValues origin) =>
        origin.Count == 0
        || (
            origin.Count == 1
            && Uri.TryCreate(origin[0], UriKind.Absolute, out Uri? uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && IsLoopback(uri.Host)
        );

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? ip) && IPAddress.IsLoopback(ip));
}
