using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace ChatMcpServer.Hosting;

/// <summary>Trusts what proxies say of a request, and nobody else.</summary>
public static class ProxyPeers
{
    /// <summary>
    /// Takes client, host and scheme from the headers of proxies. Without a certificate of its own, the server answers only them and this
    /// machine: another's token would cross the network in the clear.
    /// </summary>
    public static IApplicationBuilder UseProxies(this IApplicationBuilder app, HttpSetup setup)
    {
        if (setup.Proxies.Count == 0)
            return app;
        if (setup.IsReachable && setup.Tls is null)
            app.Use(RefuseOthers);
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in setup.Proxies)
            options.KnownIPNetworks.Add(proxy);
        return app.UseForwardedHeaders(options);

        async Task RefuseOthers(HttpContext context, RequestDelegate next)
        {
            if (Health.IsPath(context.Request.Path) || IsTrusted(context.Connection.RemoteIpAddress))
            {
                await next(context);
                return;
            }
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("This server answers its proxy only.", context.RequestAborted);
        }

        bool IsTrusted(IPAddress? peer)
        {
            if (peer is null)
                return false;
            var address = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
            return IPAddress.IsLoopback(address) || setup.Proxies.Any(proxy => proxy.Contains(address));
        }
    }
}
