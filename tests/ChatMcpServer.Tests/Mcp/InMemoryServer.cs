using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatMcpServer.Hosting;
using ChatMcpServer.Mcp;
using ChatMcpServer.Mcp.Tools;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests.Sources.LlamaCloud;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace ChatMcpServer.Tests.Mcp;

/// <summary>The whole server and a real client, connected by pipes in memory.</summary>
internal sealed class InMemoryServer : IAsyncDisposable
{
    public const string NewestVersion = "2026-07-28";
    public const string OlderVersion = "2025-11-25";

    private readonly Pipe requests = new();
    private readonly Pipe answers = new();
    private readonly Pipe received = new();
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource<string> rawAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string? folder;
    private readonly Task serving;
    private readonly Task listening;

    private InMemoryServer(ChatSessionsOptions options, string? folder, TimeProvider time, AnswerForm form, int maxRequests)
    {
        this.folder = folder;
        serving = StdioHost.ServeAsync(
            services => services.AddSingleton(time).AddChatSessions(options).AddChatMcp(form, maxRequests),
            requests.Reader.AsStream(),
            answers.Writer.AsStream(),
            LogLevel.None,
            stop.Token
        );
        listening = ListenAsync();
    }

    public McpClient Client { get; private set; } = null!;

    /// <summary>Every message that the server sent, unparsed.</summary>
    public ConcurrentQueue<string> Wire { get; } = new();

    public static Task<InMemoryServer> WithSamplesAsync(string version = NewestVersion) =>
        StartAsync(new ChatSessionsOptions(), folder: null, version);

    /// <summary>A server that reads a folder with these sessions, given as JSON.</summary>
    public static Task<InMemoryServer> WithFilesAsync(params string[] sessions)
    {
        var folder = Directory.CreateTempSubdirectory("chat-sessions-").FullName;
        for (var index = 0; index < sessions.Length; index++)
            File.WriteAllText(Path.Combine(folder, $"{index}.json"), sessions[index]);
        return StartAsync(new ChatSessionsOptions { SessionPaths = [folder] }, folder, NewestVersion);
    }

    /// <summary>A server whose only source is an archive with these sessions, given as JSON.</summary>
    public static Task<InMemoryServer> WithArchiveAsync(params string[] sessions) =>
        WithArchiveAsync(new ChatSessionsOptions(), (ArchiveOwners.Local, sessions));

    /// <summary>A server with an archive of several owners' sessions, and the sources in the options.</summary>
    public static async Task<InMemoryServer> WithArchiveAsync(
        ChatSessionsOptions options,
        params (string Owner, string[] Sessions)[] archived
    )
    {
        var folder = await ArchiveAsync(options, archived);
        return await StartAsync(options, folder, NewestVersion);
    }

    /// <summary>Makes an archive in a folder of its own, which is returned.</summary>
    private static async Task<string> ArchiveAsync(ChatSessionsOptions options, params (string Owner, string[] Sessions)[] archived)
    {
        var folder = Directory.CreateTempSubdirectory("chat-archive-").FullName;
        options.ArchivePath = Path.Combine(folder, "archive.db");
        using (var archive = SessionArchive.Open(options.ArchivePath, options.Secrets))
            foreach (var (owner, sessions) in archived)
                await archive.SaveAllAsync(
                    owner,
                    [.. sessions.Select(json => new ArchivedSession(Read(json), SessionOrigin.File, DateTimeOffset.UnixEpoch))],
                    Cancelled
                );
        return folder;

        static Session Read(string json) => SessionJson.Read(Encoding.UTF8.GetBytes(json), "a test's session");
    }

    public static Task<InMemoryServer> WithCloudAsync(FakeLlamaCloud cloud, string version = NewestVersion) =>
        StartAsync(
            new ChatSessionsOptions
            {
                LlamaCloud = new LlamaCloudOptions { ApiKey = "llx-key-of-the-tests", BaseUrl = cloud.BaseUrl },
            },
            folder: null,
            version
        );

    /// <summary>A server with these options and the test's clock.</summary>
    public static Task<InMemoryServer> WithAsync(ChatSessionsOptions options, string version, TimeProvider time) =>
        StartAsync(options, folder: null, version, time);

    /// <summary>A server that works on so many requests at the same time, with the test's clock.</summary>
    public static Task<InMemoryServer> WithTurnsAsync(ChatSessionsOptions options, int maxRequests, TimeProvider time) =>
        StartAsync(options, folder: null, OlderVersion, time, maxRequests: maxRequests);

    /// <summary>A server whose only source is an archive with these sessions, and a client with this name that gets both forms.</summary>
    public static Task<InMemoryServer> WithClientAsync(string client, params string[] sessions) =>
        WithClientAsync(client, NewestVersion, AnswerForm.Both, sessions);

    /// <summary>A server whose only source is an archive with these sessions, and a client with this name.</summary>
    public static async Task<InMemoryServer> WithClientAsync(string client, string version, AnswerForm form, params string[] sessions)
    {
        var options = new ChatSessionsOptions();
        var folder = await ArchiveAsync(options, (ArchiveOwners.Local, sessions));
        return await StartAsync(options, folder, version, client: client, form: form);
    }

    private static async Task<InMemoryServer> StartAsync(
        ChatSessionsOptions options,
        string? folder,
        string version,
        TimeProvider? time = null,
        string client = "a client of the tests",
        AnswerForm form = AnswerForm.Auto,
        int maxRequests = RequestTurns.DefaultMost
    )
    {
        var server = new InMemoryServer(options, folder, time ?? TimeProvider.System, form, maxRequests);
        server.Client = await McpClient.CreateAsync(
            new StreamClientTransport(server.requests.Writer.AsStream(), server.received.Reader.AsStream()),
            new McpClientOptions
            {
                ProtocolVersion = version,
                ClientInfo = new Implementation { Name = client, Version = "1" },
            },
            cancellationToken: Cancelled
        );
        return server;
    }

    /// <summary>Calls a tool with arguments given as a JSON object.</summary>
    public async Task<CallToolResult> CallAsync(string tool, string arguments = "{}") =>
        await Client.CallToolAsync(
            new CallToolRequestParams
            {
                Name = tool,
                Arguments = JsonElement
                    .Parse(arguments)
                    .EnumerateObject()
                    .ToDictionary(argument => argument.Name, argument => argument.Value),
            },
            Cancelled
        );

    /// <summary>The message with which a tool refuses a call.</summary>
    public async Task<string> RefusalAsync(string tool, string arguments = "{}")
    {
        var result = await CallAsync(tool, arguments);
        Assert.True(result.IsError, $"{tool} {arguments} is answered");
        Assert.Null(result.StructuredContent);
        return result.Text();
    }

    public async Task<string> ReadAsync(string uri)
    {
        var contents = Assert.Single((await Client.ReadResourceAsync(uri, cancellationToken: Cancelled)).Contents);
        Assert.Equal(uri, contents.Uri);
        return Assert.IsType<TextResourceContents>(contents).Text;
    }

    /// <summary>Sends a request unchanged, and returns its result or error unchanged.</summary>
    public async Task<JsonElement> RequestAsync(string method, string parameters = "{}")
    {
        try
        {
            var response = await Client.SendRequestAsync(
                new JsonRpcRequest { Method = method, Params = JsonNode.Parse(parameters) },
                Cancelled
            );
            return JsonElement.Parse(response.Result!.ToJsonString());
        }
        catch (McpException)
        {
            return JsonElement.Parse(Wire.Last(line => line.Contains("\"error\"", StringComparison.Ordinal))).GetProperty("error");
        }
    }

    /// <summary>Sends a line that no client would send, with the id <c>"raw"</c>, and returns the answer's line.</summary>
    public async Task<string> AnswerToAsync(string line)
    {
        await requests.Writer.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), Cancelled);
        return await rawAnswer.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await stop.CancelAsync();
        await requests.Writer.CompleteAsync();
        await serving;
        await answers.Writer.CompleteAsync();
        await listening;
        stop.Dispose();
        if (folder is not null)
            Directory.Delete(folder, recursive: true);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private async Task ListenAsync()
    {
        using var lines = new StreamReader(answers.Reader.AsStream());
        while (await lines.ReadLineAsync(CancellationToken.None) is { } line)
        {
            Wire.Enqueue(line);
            if (line.Contains("\"id\":\"raw\"", StringComparison.Ordinal))
                rawAnswer.TrySetResult(line);
            await received.Writer.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), CancellationToken.None);
        }
        await received.Writer.CompleteAsync();
    }
}

internal static class Answers
{
    public static string Text(this CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;

    public static JsonElement Json(this CallToolResult result)
    {
        Assert.True(result.IsError is not true, result.Text());
        return result.StructuredContent!.Value;
    }
}
