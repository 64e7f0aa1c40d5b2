using System.Text.Json;
using ChatMcpServer.Mcp;

namespace ChatMcpServer.Hosting.Access;

/// <summary>The document of RFC 9728, by which clients find out where to get a token and for what.</summary>
/// <param name="issuer">The issuer of tokens; null if an operator hands them out.</param>
internal sealed class ResourceMetadata(string? issuer, IReadOnlyList<Uri> publicUrls)
{
    private const string WellKnown = "/.well-known/oauth-protected-resource";
    private const string Mcp = "/mcp";

    /// <summary>Whether a path leads to the document, which needs no token.</summary>
    public static bool IsPath(PathString path) => path == WellKnown || path == WellKnown + Mcp;

    public void Map(WebApplication app)
    {
        app.MapGet(WellKnown, WriteAsync);
        app.MapGet(WellKnown + Mcp, WriteAsync);
    }

    /// <summary>The address of the document, for a challenge.</summary>
    public string AddressFor(HttpRequest request) => Base(request) + WellKnown + Mcp;

    private async Task WriteAsync(HttpContext context)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("resource", Base(context.Request) + Mcp);
            if (issuer is not null)
            {
                json.WriteStartArray("authorization_servers");
                json.WriteStringValue(issuer);
                json.WriteEndArray();
            }
            json.WriteStartArray("scopes_supported");
            foreach (var scope in Scopes.All)
                json.WriteStringValue(scope);
            json.WriteEndArray();
            json.WriteStartArray("bearer_methods_supported");
            json.WriteStringValue("header");
            json.WriteEndArray();
            json.WriteEndObject();
        }
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "max-age=3600";
        await context.Response.BodyWriter.WriteAsync(bytes.ToArray(), context.RequestAborted);
    }

    /// <summary>The public address for which a request came. Without any, it came for this machine, as was checked.</summary>
    private string Base(HttpRequest request)
    {
        var url =
            publicUrls.FirstOrDefault(one => one.Host.Equals(request.Host.Host, StringComparison.OrdinalIgnoreCase))
            ?? publicUrls.FirstOrDefault();
        return url is null ? $"{request.Scheme}://{request.Host}" : url.GetLeftPart(UriPartial.Authority);
    }
}
