using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using ChatMcpServer.Hosting;
using ChatMcpServer.Mcp;
using ChatSessions;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace ChatMcpServer.Tests.Mcp;

/// <summary>Two callers of one server, identified by a header, each with their own sessions.</summary>
public sealed class CallerTests : IAsyncLifetime
{
    private const string Header = "X-Caller";

    private WebApplication app = null!;

    public async ValueTask InitializeAsync()
    {
        app = HttpHost.Build(
            services => services.AddChatSessions(new ChatSessionsOptions()).AddSingleton<ISessionSource, OwnSessions>().AddChatMcp(),
            new HttpSetup(new IPEndPoint(IPAddress.Loopback, 0)) { LogLevel = LogLevel.None }
        );
        app.Use(
            (context, next) =>
            {
                if (context.Request.Headers[Header] is [{ } name])
                    context.User = new CallerPrincipal(new Caller(name, SessionScope.Default), Scopes.All.ToHashSet());
                return next(context);
            }
        );
        await app.StartAsync(Cancelled);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Neither_sees_the_others_completions_lists_or_answers()
    {
        await using var ann = await ConnectAsync("ann");
        await using var bob = await ConnectAsync("bob");

        foreach (var (client, own, other) in new[] { (ann, "ann", "bob"), (bob, "bob", "ann"), (ann, "ann", "bob") })
        {
            var completion = await client.CompleteAsync(
                new ResourceTemplateReference { Uri = "chat://sessions/{session_id}" },
                "session_id",
                "own-",
                cancellationToken: Cancelled
            );
            Assert.Equal([$"own-{own}"], completion.Completion.Values);

            var resources = await client.ListResourcesAsync(cancellationToken: Cancelled);
            Assert.Contains(resources, resource => resource.Name == $"own-{own}");
            Assert.DoesNotContain(resources, resource => resource.Name == $"own-{other}");

            // Both have a session with this id.
            var answer = await client.CallToolAsync(
                "get_chat_session",
                new Dictionary<string, object?> { ["session_id"] = "shared" },
                cancellationToken: Cancelled
            );
            Assert.Contains($"secret of {own}", answer.Text(), StringComparison.Ordinal);
            Assert.DoesNotContain($"secret of {other}", answer.Text(), StringComparison.Ordinal);
            var resource = await client.ReadResourceAsync("chat://sessions/shared", cancellationToken: Cancelled);
            var text = Assert.IsType<TextResourceContents>(Assert.Single(resource.Contents)).Text;
            Assert.Contains($"secret of {own}", text, StringComparison.Ordinal);
            Assert.DoesNotContain($"secret of {other}", text, StringComparison.Ordinal);
        }
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Task<McpClient> ConnectAsync(string name) =>
        McpClient.CreateAsync(
            new HttpClientTransport(
                new HttpClientTransportOptions
                {
                    Endpoint = new Uri($"{app.Urls.Single()}/mcp"),
                    AdditionalHeaders = new Dictionary<string, string> { [Header] = name },
                }
            ),
            cancellationToken: Cancelled
        );

    /// <summary>Gives each caller sessions that contain their name.</summary>
    private sealed class OwnSessions : ISessionSource
    {
        public string Name => "own sessions";

        public TimeSpan PollInterval => TimeSpan.FromMinutes(1);

        public Task<Session?> FindAsync(string sessionId, Session? kept, Caller caller, CancellationToken cancellationToken) =>
            Task.FromResult(Sessions(caller).FirstOrDefault(session => session.Summary.SessionId == sessionId));

        public async Task<string?> FindVersionAsync(string sessionId, bool isPoll, Caller caller, CancellationToken cancellationToken) =>
            (await FindAsync(sessionId, kept: null, caller, cancellationToken))?.Summary.LastUpdatedAt;

        public Task<IReadOnlyList<SessionSummary>> FindNewestAsync(
            int count,
            bool isPoll,
            Caller caller,
            CancellationToken cancellationToken
        ) => Task.FromResult<IReadOnlyList<SessionSummary>>([.. Sessions(caller).Select(session => session.Summary).Take(count)]);

        public async IAsyncEnumerable<IReadOnlyList<SessionSummary>> ListAsync(
            Caller caller,
            SessionFilter filter,
            SessionPlace? after,
            Action<ChatSessionException> failed,
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            await Task.CompletedTask;
            yield return
            [
                .. Sessions(caller)
                    .Select(session => session.Summary)
                    .Where(one =>
                        filter.Matches(one) && (after is null || SessionPlace.NewestFirst.Compare(SessionPlace.From(one), after.Value) > 0)
                    )
                    .OrderBy(SessionPlace.From, SessionPlace.NewestFirst),
            ];
        }

        public Task<IReadOnlySet<string>> FindListedAsync(
            IReadOnlyCollection<string> ids,
            Caller caller,
            CancellationToken cancellationToken
        ) =>
            Task.FromResult<IReadOnlySet<string>>(
                Sessions(caller).Select(session => session.Summary.SessionId).Where(ids.Contains).ToHashSet()
            );

        private static IEnumerable<Session> Sessions(Caller caller) =>
            new[] { $"own-{caller.Name}", "shared" }.Select(id =>
                SessionJson.Read(
                    Encoding.UTF8.GetBytes(Some.SessionText(id, "2026-01-01T00:00:00", Some.UserInput($"secret of {caller.Name}"))),
                    "a test's session"
                )
            );
    }
}
