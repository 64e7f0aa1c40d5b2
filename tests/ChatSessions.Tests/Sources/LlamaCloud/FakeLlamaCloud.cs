using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ChatSessions.Tests.Sources.LlamaCloud;

/// <summary>What a server does with a request instead of answering it normally.</summary>
public delegate Task Fault(HttpContext context);

/// <summary>A request as received.</summary>
/// <param name="Target">Path and query, as on the first line of the request.</param>
/// <param name="Headers">Names in any case; several values are joined by commas.</param>
public sealed record RecordedRequest(string Target, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The target without its query.</summary>
    public string Path => Target.Split('?')[0];
}

/// <summary>
/// A real server on loopback with LlamaCloud's chat API. It serves the sessions it was given, records its requests, and fails on
/// demand. It uses no test framework, so that other projects can link this file.
/// </summary>
public sealed class FakeLlamaCloud : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Lock change = new();
    private ImmutableList<(string? Key, string Id, byte[] Session, byte[] Summary)> sessions = [];
    private ImmutableList<(string SourceId, string Name, string MediaType, byte[] Content)> attachments = [];
    private readonly ConcurrentQueue<RecordedRequest> requests = new();
    private readonly ConcurrentQueue<Fault> nextFaults = new();

    private FakeLlamaCloud(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
                kestrel.Listen(
                    IPAddress.Loopback,
                    0,
                    listen =>
                    {
                        if (certificate is not null)
                            listen.UseHttps(certificate);
                    }
                )
            );
        app = builder.Build();
        app.Run(HandleAsync);
    }

    /// <summary>Starts a server on a free port.</summary>
    /// <param name="certificate">For https; null for plain http.</param>
    public static async Task<FakeLlamaCloud> StartAsync(X509Certificate2? certificate = null)
    {
        var server = new FakeLlamaCloud(certificate);
        await server.app.StartAsync();
        return server;
    }

    /// <summary>The value for LLAMA_CLOUD_BASE_URL.</summary>
    public Uri BaseUrl => new(app.Urls.Single());

    /// <summary>The only accepted key; null, the default, accepts any.</summary>
    public string? RequiredKey { get; set; }

    /// <summary>How many sessions are on a page of the list.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>How it compresses answers: <c>gzip</c>, <c>br</c>, or null for no compression.</summary>
    public string? ContentEncoding { get; set; }

    /// <summary>Whether answers have a Content-Length.</summary>
    public bool AnnouncesLength { get; set; } = true;

    /// <summary>The address returned for every attachment; null, the default, for one on this server.</summary>
    public string? AttachmentUrl { get; set; }

    /// <summary>The fault of every request, unless <see cref="Next"/> has one; null, the default, for none.</summary>
    public Fault? Always { get; set; }

    /// <summary>The fault of every request for a session, by its id; requests for others are answered.</summary>
    public ConcurrentDictionary<string, Fault> OfSession { get; } = new();

    /// <summary>Whether it keeps its requests; not for runs of many.</summary>
    public bool KeepsRequests { get; set; } = true;

    /// <summary>Every request so far, in the order of arrival.</summary>
    public IReadOnlyCollection<RecordedRequest> Requests => requests;

    /// <summary>How often a path was requested, with any query.</summary>
    public int Count(string path) => requests.Count(request => request.Path == path);

    /// <summary>The next requests fail, one with each of these faults; later ones are answered normally.</summary>
    public void Next(params ReadOnlySpan<Fault> faults)
    {
        foreach (var fault in faults)
            nextFaults.Enqueue(fault);
    }

    /// <summary>Adds a session, or replaces the one with the same id.</summary>
    public void Add(string json) => Add(Encoding.UTF8.GetBytes(json));

    /// <inheritdoc cref="Add(string)"/>
    /// <param name="key">The only key that sees the session; null for any.</param>
    public void Add(byte[] json, string? key = null)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 10_000 });
        var id = document.RootElement.GetProperty("session_id").GetString()!;
        var summary = WithoutEvents(document.RootElement);
        lock (change)
        {
            var known = sessions.FindIndex(session => session.Id == id && session.Key == key);
            sessions = known < 0 ? sessions.Add((key, id, json, summary)) : sessions.SetItem(known, (key, id, json, summary));
        }
    }

    public void AddAttachment(string sourceId, string name, string mediaType, byte[] content)
    {
        lock (change)
            attachments = attachments.Add((sourceId, name, mediaType, content));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var request = new RecordedRequest(target, headers);
        if (KeepsRequests)
            requests.Enqueue(request);
        try
        {
            if (nextFaults.TryDequeue(out var fault) || (fault = Always ?? FaultOf(request)) is not null)
                await fault(context);
            else
                await AnswerAsync(context, request);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client disconnected.
        }
    }

    private Fault? FaultOf(RecordedRequest request) =>
        request.Path.Split('/') is ["", "api", "v1", "chat", var id, ..] ? OfSession.GetValueOrDefault(id) : null;

    private Task AnswerAsync(HttpContext context, RecordedRequest request)
    {
        // Presigned addresses need no key.
        var segments = request.Path.Split('/').Skip(1).Select(Uri.UnescapeDataString).ToArray();
        if (segments is ["files", var number])
            return FileAsync(context, int.Parse(number, CultureInfo.InvariantCulture));
        if (RequiredKey is not null && context.Request.Headers.Authorization != $"Bearer {RequiredKey}")
            return DetailAsync(context, 401, "Invalid API Key");
        // The store of attachments is asked without one.
        var key = context.Request.Headers.Authorization.ToString().Split(' ') is ["Bearer", var bearer] ? bearer : null;
        var seen = sessions.FindAll(session => session.Key is null || session.Key == key);
        return segments switch
        {
            ["api", "v1", "chat"] => ListAsync(context, seen),
            ["api", "v1", "chat", var id] => FoundAsync(context, seen.Find(session => session.Id == id).Session),
            ["api", "v1", "chat", var id, "summary"] => FoundAsync(context, seen.Find(session => session.Id == id).Summary),
            ["api", "v1", "beta", "attachments", var name] => AttachmentAsync(context, name),
            _ => DetailAsync(context, 404, "Not Found"),
        };
    }

    private Task ListAsync(HttpContext context, ImmutableList<(string? Key, string Id, byte[] Session, byte[] Summary)> sessions)
    {
        var start = int.Parse("0" + context.Request.Query["page_token"], CultureInfo.InvariantCulture);
        var page = sessions.Skip(start).Take(PageSize).Select(session => Encoding.UTF8.GetString(session.Summary));
        var token = start + PageSize < sessions.Count ? $"\"{start + PageSize}\"" : "null";
        return JsonAsync(context, 200, Encoding.UTF8.GetBytes($$"""{"items":[{{string.Join(',', page)}}],"next_page_token":{{token}}}"""));
    }

    private Task AttachmentAsync(HttpContext context, string name)
    {
        var sourceId = context.Request.Query["source_id"].ToString();
        var index = attachments.FindIndex(attachment => attachment.SourceId == sourceId && attachment.Name == name);
        if (index < 0)
            return DetailAsync(context, 404, "Attachment not found");
        var url = AttachmentUrl ?? new Uri(BaseUrl, $"/files/{index}?X-Amz-Signature=presigned").AbsoluteUri;
        return JsonAsync(
            context,
            200,
            Encoding.UTF8.GetBytes($$"""{"url":"{{JsonEncodedText.Encode(url)}}","expires_at":"2026-04-22T13:00:00Z","form_fields":null}""")
        );
    }

    private async Task FileAsync(HttpContext context, int index)
    {
        var (_, _, mediaType, content) = attachments[index];
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = AnnouncesLength ? content.Length : null;
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

    private Task FoundAsync(HttpContext context, byte[]? json) =>
        json is null ? DetailAsync(context, 404, "Session not found") : JsonAsync(context, 200, json);

    private Task DetailAsync(HttpContext context, int status, string detail) =>
        JsonAsync(context, status, Encoding.UTF8.GetBytes($$"""{"detail":"{{detail}}"}"""));

    private async Task JsonAsync(HttpContext context, int status, byte[] json)
    {
        var body = Faults.Compress(ContentEncoding, json);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (ContentEncoding is not null)
            context.Response.Headers.ContentEncoding = ContentEncoding;
        context.Response.ContentLength = AnnouncesLength ? body.Length : null;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static byte[] WithoutEvents(JsonElement session)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            foreach (var property in session.EnumerateObject().Where(property => property.Name != "events"))
                property.WriteTo(writer);
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }
}

/// <summary>Faults of servers and connections.</summary>
public static class Faults
{
    /// <summary>A status with a body like LlamaCloud's, and headers such as <c>Retry-After: 1</c>.</summary>
    public static Fault Status(int status, params string[] headers) => Json(status, """{"detail":"upstream-detail"}""", headers);

    /// <summary>A status with any JSON.</summary>
    public static Fault Json(int status, string json, params string[] headers) => Body(status, "application/json", json, headers);

    /// <summary>An error page of a proxy.</summary>
    public static Fault Html(int status) => Body(status, "text/html; charset=utf-8", "<html><body>upstream-detail</body></html>");

    /// <summary>A status with any text of any type.</summary>
    public static Fault Body(int status, string? contentType, string text, params string[] headers) =>
        async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = contentType;
            foreach (var header in headers)
                context.Response.Headers[header.Split(": ")[0]] = header.Split(": ")[1];
            await context.Response.WriteAsync(text, context.RequestAborted);
        };

    public static Fault Redirect(int status, string location) => Status(status, $"Location: {location}");

    /// <summary>The connection closes before any answer.</summary>
    public static Fault Cut { get; } =
        context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

    /// <summary>The connection closes in the middle of the body.</summary>
    /// <param name="announced">The Content-Length; null for a chunked answer.</param>
    public static Fault CutInBody(long? announced) =>
        async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = announced;
            await context.Response.WriteAsync("""{"session_id": "ses-1", "events": [""", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            // Not Abort: its reset may arrive before the written bytes, and then the body would not be cut.
            throw new IOException("The body is cut here.");
        };

    /// <summary>The connection is reset in the middle of the body: with TCP's RST, not with an end.</summary>
    public static Fault ResetInBody { get; } =
        async context =>
        {
            await BeginAsync(context);
            context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket.LingerState = new LingerOption(enable: true, seconds: 0);
            context.Abort();
        };

    /// <summary>Bytes arrive too slowly to ever finish; ends when the client disconnects.</summary>
    /// <param name="afterFirstByte">Called once the answer has begun.</param>
    /// <param name="pause">Between two bytes, in milliseconds.</param>
    public static Fault Drip(Action? afterFirstByte = null, int pause = 20) =>
        async context =>
        {
            context.Response.ContentType = "application/json";
            for (var isFirst = true; ; isFirst = false)
            {
                await context.Response.WriteAsync(" ", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                if (isFirst)
                    afterFirstByte?.Invoke();
                await Task.Delay(pause, context.RequestAborted);
            }
        };

    /// <summary>The answer begins, and then no byte arrives; ends when the client disconnects.</summary>
    /// <param name="afterBegin">Called once the answer has begun.</param>
    public static Fault SilenceInBody(Action? afterBegin = null) =>
        async context =>
        {
            await BeginAsync(context);
            afterBegin?.Invoke();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

    /// <summary>No byte arrives; ends when the client disconnects.</summary>
    /// <param name="onRequest">Called once the request has arrived.</param>
    public static Fault Silence(Action? onRequest = null) =>
        context =>
        {
            onRequest?.Invoke();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

    /// <summary>An endless body that compresses well; ends when the client disconnects.</summary>
    public static Fault Bomb(string? encoding) =>
        async context =>
        {
            context.Response.ContentType = "application/json";
            if (encoding is not null)
                context.Response.Headers.ContentEncoding = encoding;
            await using var body = Compressing(encoding, context.Response.Body);
            var spaces = Enumerable.Repeat((byte)' ', 1 << 20).ToArray();
            while (true)
                await body.WriteAsync(spaces, context.RequestAborted);
        };

    /// <summary>The header says that the body is compressed, but it is not.</summary>
    public static Fault Garbled(string encoding) => Json(200, """{"session_id": "ses-1", "events": []}""", $"Content-Encoding: {encoding}");

    /// <summary>Sends the beginning of a session.</summary>
    private static async Task BeginAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = 1_000;
        await context.Response.WriteAsync("""{"session_id": "ses-1", "events": [""", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    internal static byte[] Compress(string? encoding, byte[] body)
    {
        using var compressed = new MemoryStream();
        using (var stream = Compressing(encoding, compressed))
            stream.Write(body);
        return compressed.ToArray();
    }

    private static Stream Compressing(string? encoding, Stream target) =>
        encoding switch
        {
            "gzip" => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BufferedStream(target),
        };
}
