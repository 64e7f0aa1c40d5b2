using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ChatMcpServer.Hosting;
using ChatMcpServer.Mcp;
using ChatSessions;
using ChatSessions.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace ChatMcpServer.Tests.Mcp.Resources;

public sealed class LongTextsTests : IDisposable
{
    /// <summary>An emoji, of two UTF-16 units, lies across the end of every piece of any even length.</summary>
    private static readonly string Recorded = Some.SessionText(
        "s",
        "long",
        Some.UserInput("odd" + string.Concat(Enumerable.Repeat("😀\"\\<é\u200b\u0007", 40_000))),
        Some.UserInput("x" + string.Concat(Enumerable.Repeat("😀", 40_000)))
    );

    private readonly string _folder = Directory.CreateTempSubdirectory("chat-long-").FullName;

    public LongTextsTests() => File.WriteAllText(Path.Combine(_folder, "s.json"), Recorded);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_long_text_arrives_as_it_is_over_stdio()
    {
        await using var server = await InMemoryServer.WithFilesAsync(Recorded);

        Assert.Equal(Shown(), Json(await server.ReadAsync("chat://sessions/s/json")));
    }

    [Fact]
    public async Task A_long_text_arrives_as_it_is_over_http()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using WebApplication app = HttpHost.Build(
            services => services.AddChatSessions(new ChatSessionsOptions { SessionPaths = [_folder] }).AddChatMcp(),
            new HttpSetup(new IPEndPoint(IPAddress.Loopback, 0)) { LogLevel = LogLevel.None }
        );
        await app.StartAsync(cancelled);
        var transport = new HttpClientTransport(new() { Endpoint = new Uri(app.Urls.Single() + "/mcp") });
        await using var client = await McpClient.CreateAsync(transport, cancellationToken: cancelled);

        var read = await client.ReadResourceAsync("chat://sessions/s/json", cancellationToken: cancelled);

        Assert.Equal(Shown(), Json(Assert.IsType<TextResourceContents>(read.Contents.Single()).Text));
    }

    [Fact]
    public async Task A_long_text_is_written_in_pieces()
    {
        var cancelled = TestContext.Current.CancellationToken;
        var input = new Pipe();
        var output = new WriteSizes();
        var serving = StdioHost.ServeAsync(
            services => services.AddChatSessions(new ChatSessionsOptions { SessionPaths = [_folder] }).AddChatMcp(),
            input.Reader.AsStream(),
            output,
            LogLevel.None,
            cancelled
        );

        await input.Writer.WriteAsync(
            """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
            {"jsonrpc":"2.0","method":"notifications/initialized"}
            {"jsonrpc":"2.0","id":2,"method":"resources/read","params":{"uri":"chat://sessions/s/json"}}

            """u8.ToArray(),
            cancelled
        );
        await input.Writer.CompleteAsync();
        await serving;

        Assert.InRange(output.Largest, 1, 64 << 10);
        Assert.InRange(output.Total, Encoding.UTF8.GetByteCount(Recorded), long.MaxValue);
    }

    [Fact]
    public void An_answer_that_memory_is_too_small_for_is_an_error_that_says_so()
    {
        var options = McpJsonUtilities.DefaultOptions.TypeInfoResolverChain.OfType<JsonSerializerContext>().First().Options;
        var large = JsonMetadataServices.CreateValueInfo<Large>(options, new LargeConverter());
        var answer = new JsonRpcResponse
        {
            Id = new RequestId(7),
            Result = new JsonObject { ["text"] = JsonValue.Create(new Large(), large) },
        };

        var line = string.Concat(MessageLine.Write(answer).Select(piece => Encoding.UTF8.GetString(piece.Span)));

        using var error = JsonDocument.Parse(line);
        Assert.Equal(7, error.RootElement.GetProperty("id").GetInt32());
        Assert.Contains("more memory", error.RootElement.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static string Shown() => Json(Recorded);

    private static string Json(string text)
    {
        using var json = JsonDocument.Parse(text);
        return string.Join(
            '\n',
            json.RootElement.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("content").GetString())
        );
    }

    private sealed record Large;

    private sealed class LargeConverter : JsonConverter<Large>
    {
        public override Large Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Large value, JsonSerializerOptions options) =>
            throw new InsufficientMemoryException();
    }

    private sealed class WriteSizes : MemoryStream
    {
        public long Largest { get; private set; }

        public long Total { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Largest = Math.Max(Largest, buffer.Length);
            Total += buffer.Length;
            return ValueTask.CompletedTask;
        }
    }
}
