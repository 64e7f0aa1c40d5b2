using System.Net;
using Microsoft.Extensions.Primitives;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Protects the server from web pages. A page of any site can send requests to it (its Origin header shows that), or let its own
/// name resolve to this machine (DNS rebinding; the Host header shows that).
/// </summary>
public static class HostCheck
{
    /// <summary>Refuses requests with an Origin or for a Host other than this machine or a public address, on every path.</summary>
    /// <remarks>
    /// If other machines can reach the server, health checks may use any host name: orchestrators use the IP address.
    /// </remarks>
    public static IApplicationBuilder UseHostCheck(this IApplicationBuilder app, HttpSetup setup) =>
        app.Use(
            async (context, next) =>
            {
                string? refusal =
                    !IsKnown(context.Request.Host.Host, setup) && !(setup.IsReachable && Health.IsPath(context.Request.Path))
                        ? setup.PublicUrls.Count == 0
                            ? "Invalid Host header: this server accepts requests for localhost only."
                            : "Invalid Host header: this server accepts requests for its own names only."
                        : !IsAllowed(context.Request.Headers.Origin, setup)
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

    private static bool IsKnown(string host, HttpSetup setup) =>
        IsLoopback(host) || setup.PublicUrls.Any(url => host.Equals(url.Host, StringComparison.OrdinalIgnoreCase));

    private static bool IsAllowed(StringValues origin, HttpSetup setup) =>
        origin.Count == 0
        || (
            origin.Count == 1
            && Uri.TryCreate(origin[0], UriKind.Absolute, out Uri? uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && (IsLoopback(uri.Host) || setup.PublicUrls.Any(url => IsSameOrigin(url, uri)))
        );

    private static bool IsSameOrigin(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? ip) && IPAddress.IsLoopback(ip));
}
