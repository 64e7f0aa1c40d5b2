using System.Globalization;
using System.Text.Json;
using ChatMcpServer.Mcp;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;

namespace ChatMcpServer.Hosting.Access;

/// <summary>
/// Lets requests in that have a valid bearer token, says who asks, and refuses all others as RFC 6750, RFC 9728 and MCP ask for.
/// </summary>
/// <param name="callers">What is known of callers; null for nothing.</param>
internal sealed class AccessGate(
    ITokenCheck tokens,
    CallersFile? callers,
    ResourceMetadata metadata,
    Audit audit,
    TimeProvider time,
    ILogger<AccessGate> logger
)
{
    /// <summary>The header with the caller's key for LlamaCloud.</summary>
    public const string KeyHeader = "X-LlamaCloud-Api-Key";

    /// <summary>How often the token of a request that is still open is checked again, such as of a subscription.</summary>
    internal static readonly TimeSpan Recheck = TimeSpan.FromSeconds(30);

    private const string Scheme = "Bearer ";

    private string? lastProblem;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (Health.IsPath(context.Request.Path) || ResourceMetadata.IsPath(context.Request.Path))
        {
            await next(context);
            return;
        }
        try
        {
            await AdmitAsync(context, next);
        }
        catch (ChatSessionException exception) when (!context.Response.HasStarted)
        {
            // A file or the issuer: nothing that the caller can do, or should know more of.
            if (exception.Message != lastProblem)
                logger.NobodyLetIn(exception.Message);
            lastProblem = exception.Message;
            context.Response.Headers.RetryAfter = "10";
            await RefuseAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                null,
                "Who may call cannot be checked now. Try again later."
            );
        }
    }

    private async Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Request.Headers.Authorization;
        if (headers.Count == 0 || (headers is [{ } other] && !other.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)))
        {
            await ChallengeAsync(context, error: null, "Send a token: 'Authorization: Bearer TOKEN'.");
            return;
        }
        if (headers is not [{ } header] || header[Scheme.Length..].Trim() is not { Length: > 0 } token)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "invalid_request", "Send one token, in one Authorization header.");
            return;
        }
        var verdict = await tokens.CheckAsync(token, context.RequestAborted);
        if (verdict.Refusal is { } refusal)
        {
            await ChallengeAsync(context, "invalid_token", refusal + ".");
            return;
        }
        if (CallerOf(context.Request, verdict) is not { } caller)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "invalid_request", $"The header {KeyHeader} is not a key.");
            return;
        }
        var needed = Scopes.NeededFor(verdict.Scopes.IsSupersetOf(Scopes.All) ? null : await ToolAsync(context));
        if (!needed.IsSubsetOf(verdict.Scopes))
        {
            await RefuseAsync(
                context,
                StatusCodes.Status403Forbidden,
                "insufficient_scope",
                $"The token has not the scope {string.Join(" and ", needed.Except(verdict.Scopes))}.",
                needed,
                caller.Name
            );
            return;
        }
        context.User = new CallerPrincipal(caller, verdict.Scopes);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var watching = WatchAsync(context, token, ended.Token);
        try
        {
            await next(context);
        }
        finally
        {
            await ended.CancelAsync();
            await watching;
        }
    }

    /// <summary>Who asks; null if the key in the request is invalid.</summary>
    private Caller? CallerOf(HttpRequest request, TokenVerdict verdict)
    {
        var caller = callers?.Get(verdict.Owner!, verdict.Name!) ?? new Caller(verdict.Owner!, SessionScope.Default);
        return request.Headers[KeyHeader] switch
        {
            [] => caller,
            [{ } key] when LlamaCloudOptions.IsKey(key) => caller with { Key = new CloudKey(key) },
            _ => null,
        };
    }

    /// <summary>Ends a request whose token has become invalid since.</summary>
    private async Task WatchAsync(HttpContext context, string token, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(Recheck, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
                if ((await tokens.CheckAsync(token, ended)).Refusal is not null)
                {
                    context.Abort();
                    return;
                }
        }
        catch (OperationCanceledException)
        {
            // The request has ended.
        }
        catch (ChatSessionException)
        {
            // It cannot be checked now, so nobody is let in; that is logged there.
            context.Abort();
        }
    }

    /// <summary>The tool that a request calls; null if it calls none. The body can be read again.</summary>
    private static async Task<string?> ToolAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
            return null;
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        body.Position = 0;
        context.Request.Body = body;
        try
        {
            var message = JsonElement.Parse(body.GetBuffer().AsSpan(0, (int)body.Length));
            return
                message.ValueKind == JsonValueKind.Object
                && message.TryGetProperty("method", out var method)
                && method.ValueKind == JsonValueKind.String
                && method.ValueEquals("tools/call")
                && message.TryGetProperty("params", out var parameters)
                && parameters.ValueKind == JsonValueKind.Object
                && parameters.TryGetProperty("name", out var name)
                && name.ValueKind == JsonValueKind.String
                ? name.GetString()
                : null;
        }
        catch (JsonException)
        {
            // Refused as such later.
            return null;
        }
    }

    private Task ChallengeAsync(HttpContext context, string? error, string description) =>
        RefuseAsync(context, StatusCodes.Status401Unauthorized, error, description, Scopes.All);

    /// <param name="error">The code of RFC 6750; null if the request has no token.</param>
    private async Task RefuseAsync(
        HttpContext context,
        int status,
        string? error,
        string description,
        IEnumerable<string>? scopes = null,
        string? who = null
    )
    {
        context.Response.StatusCode = status;
        if (status != StatusCodes.Status503ServiceUnavailable)
        {
            // Nothing of the request is in it, but its host, which was checked.
            string?[] parts =
            [
                error is null ? null : $"error=\"{error}\", error_description=\"{description}\"",
                scopes is null ? null : $"scope=\"{string.Join(' ', scopes)}\"",
                $"resource_metadata=\"{metadata.AddressFor(context.Request)}\"",
            ];
            context.Response.Headers.WWWAuthenticate = Scheme + string.Join(", ", parts.OfType<string>());
        }
        audit.Write(
            new(
                who,
                "http",
                context.Connection.RemoteIpAddress?.ToString(),
                SessionId: null,
                string.Create(CultureInfo.InvariantCulture, $"{status}{(error is null ? "" : " " + error)}"),
                TimeSpan.Zero
            )
        );
        await context.Response.WriteAsync(description, context.RequestAborted);
    }
}
