using System.Net;
using System.Text;
using System.Text.Json;
using ChatMcpServer.Hosting;
using ChatMcpServer.Hosting.Access;
using ChatMcpServer.Mcp;
using ChatMcpServer.Tests.Cli;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Json;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests.Sources.LlamaCloud;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using Xunit;

namespace ChatMcpServer.Tests.Hosting.Access;

/// <summary>A server over HTTP that knows its callers, with files of its own.</summary>
internal sealed class AccessServer : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private WebApplication app = null!;

    public AccessServer() => Options = new() { ArchivePath = System.IO.Path.Combine(folder.Path, "archive.db") };

    public ChatSessionsOptions Options { get; }

    public HttpSetup Setup { get; set; } = new(new IPEndPoint(IPAddress.Loopback, 0)) { LogLevel = LogLevel.None };

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public string TokensPath => System.IO.Path.Combine(folder.Path, "tokens.json");

    public string CallersPath => System.IO.Path.Combine(folder.Path, "callers.json");

    public Uri Endpoint => new($"{app.Urls.Single()}/mcp");

    /// <summary>What was logged, from warnings on.</summary>
    public CapturedLog Log { get; } = new();

    /// <summary>What was recorded of requests.</summary>
    public List<AuditEntry> Audited { get; } = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Adds a token, and returns it.</summary>
    public string AddToken(string name, DateTimeOffset? expires = null, params string[] scopes)
    {
        var token = AccessToken.Make();
        var stored = new StoredToken(
            name,
            AccessToken.Hash(token),
            DateTimeOffset.UnixEpoch,
            expires,
            (scopes.Length == 0 ? Scopes.All : scopes).ToHashSet()
        );
        TokenFile.Change(TokensPath, "--auth-file", tokens => [.. tokens, stored]);
        return token;
    }

    public void RevokeTokens(string name) =>
        TokenFile.Change(TokensPath, "--auth-file", tokens => [.. tokens.Where(token => token.Name != name)]);

    /// <summary>Writes the file of callers.</summary>
    /// <param name="callers">The object with an entry for each.</param>
    public void WriteCallers(string callers)
    {
        SecretFile.Write(CallersPath, Encoding.UTF8.GetBytes($$"""{"callers":{{callers}}}"""));
        Setup = Setup with { Callers = new CallersFile(CallersPath, name => name == "KEY_OF_THE_TESTS" ? "llx-of-a-variable" : null) };
    }

    /// <summary>LlamaCloud, for callers with keys.</summary>
    public void UseCloud(Uri address) => Options.LlamaCloud = new LlamaCloudOptions { ApiKey = null, BaseUrl = address };

    /// <summary>Saves sessions in the archive.</summary>
    public async Task SaveAsync(string owner, params string[] sessions)
    {
        using var archive = SessionArchive.Open(Options.ArchivePath!, Options.Secrets);
        await archive.SaveAllAsync(
            owner,
            [
                .. sessions.Select(json => new ArchivedSession(
                    SessionJson.Read(Encoding.UTF8.GetBytes(json), "a test's session"),
                    SessionOrigin.File,
                    DateTimeOffset.UnixEpoch
                )),
            ],
            Cancelled
        );
    }

    /// <summary>Starts it; the tokens are those of the file unless the setup has others.</summary>
    public async Task StartAsync()
    {
        Setup = Setup with { Tokens = Setup.Tokens ?? new FileTokens(TokensPath, TimeProvider.System) };
        app = HttpHost.Build(
            services =>
                services
                    .AddSingleton(Time)
                    .AddSingleton<ILoggerProvider>(Log)
                    .Configure<LoggerFilterOptions>(options => options.MinLevel = LogLevel.Warning)
                    .AddChatSessions(Options)
                    .AddChatMcp(),
            Setup,
            entry =>
            {
                lock (Audited)
                    Audited.Add(entry);
            }
        );
        await app.StartAsync(Cancelled);
    }

    /// <summary>Sends a message as a caller without a handshake, and returns the answer.</summary>
    public Task<HttpResponseMessage> SendAsync(string message, string? token, params (string Name, string Value)[] headers) =>
        SendAsync(message, headers, token is null ? [] : [$"Bearer {token}"]);

    /// <inheritdoc cref="SendAsync(string, string, ValueTuple{string, string}[])"/>
    public Task<HttpResponseMessage> SendAsync(string message, (string Name, string Value)[] headers, string[] authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Endpoint)
        {
            Content = new StringContent(message, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Accept", "application/json, text/event-stream");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (authorization.Length > 0)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return SendAsync(request);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        using (request)
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }

    public async Task<HttpResponseMessage> GetAsync(string path) =>
        await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Endpoint, path)));

    /// <summary>The result of a message, or its error.</summary>
    public async Task<JsonElement> AskAsync(string message, string token, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(message, token, headers);
        var body = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {body}");
        var answer = JsonElement.Parse(body[body.IndexOf("data: ", StringComparison.Ordinal)..]["data: ".Length..]);
        return answer.TryGetProperty("result", out var result) ? result : answer.GetProperty("error");
    }

    public Task<McpClient> ConnectAsync(string token, params (string Name, string Value)[] headers) =>
        McpClient.CreateAsync(
            new HttpClientTransport(
                new HttpClientTransportOptions
                {
                    Endpoint = Endpoint,
                    AdditionalHeaders = headers
                        .Append(("Authorization", $"Bearer {token}"))
                        .ToDictionary(header => header.Item1, header => header.Item2),
                }
            ),
            new McpClientOptions { ProtocolVersion = "2026-07-28" },
            cancellationToken: Cancelled
        );

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (app is not null)
            await app.DisposeAsync();
        folder.Dispose();
    }
}
