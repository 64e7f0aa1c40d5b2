using System.Collections.Concurrent;
using System.Text;
using ChatMcpServer.Hosting;
using ChatMcpServer.Hosting.Access;
using ChatMcpServer.Mcp;
using ChatMcpServer.Tests.Cli;
using ChatMcpServer.Tests.Hosting.Access;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests.Sources.LlamaCloud;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

/// <summary>How long a server keeps archived sessions, and of whom.</summary>
public sealed class RetentionTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly CancellationTokenSource bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly FakeTimeProvider time = new(Now);
    private readonly TempFolder folder = new();
    private readonly CapturedLog log = new();
    private readonly ConcurrentQueue<AuditEntry> audited = new();
    private readonly AccessServer server = new();

    public RetentionTests() => bound.CancelAfter(Patience);

    private string Archive => Path.Combine(folder.Path, "archive.db");

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
        bound.Dispose();
    }

    [Fact]
    public async Task What_is_too_old_is_deleted_at_the_start_and_every_hour()
    {
        await SaveAsync("local", ("old", Now.AddDays(-31)), ("soon", Now.AddDays(-30).AddMinutes(30)), ("new", Now));
        await SaveAsync("token:ann", ("hers", Now.AddDays(-31)));
        var running = RunAsync(owner => owner == "local" ? TimeSpan.FromDays(30) : null);

        await IdsMustBeAsync("local", "new", "soon");
        time.Advance(Retention.Interval);

        await IdsMustBeAsync("local", "new");
        await IdsMustBeAsync("token:ann", "hers");
        await bound.CancelAsync();
        await running;
        Assert.Equal(
            Enumerable.Repeat(("retention", "local older than 30d", "deleted 1"), 2),
            audited.Select(entry => (entry.Method, entry.What!, entry.Outcome))
        );
    }

    [Fact]
    public async Task While_nobody_knows_how_long_nothing_is_deleted_and_it_is_tried_again()
    {
        await SaveAsync("local", ("old", Now.AddDays(-31)));
        var tries = 0;
        var running = RunAsync(
            _ => TimeSpan.FromDays(30),
            () =>
            {
                if (tries++ == 0)
                    throw new ChatSessionException(ChatSessionError.InvalidArgument, "The file of callers cannot be read.");
            }
        );
        await LoggedAsync("The file of callers cannot be read.", times: 1);
        await IdsMustBeAsync("local", "old");

        time.Advance(Retention.Interval);

        await IdsMustBeAsync("local");

        await bound.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_failure_for_one_owner_is_logged_and_stops_neither_the_others_nor_the_next_time()
    {
        foreach (var owner in (string[])["a", "b", "local"])
            await SaveAsync(owner, ("old", Now.AddDays(-31)), ("soon", Now.AddDays(-30).AddMinutes(30)));
        var running = RunAsync(owner =>
            owner switch
            {
                "a" => throw new ChatSessionException(ChatSessionError.Unavailable, "It is damaged."),
                // Such a date there is not.
                "b" => TimeSpan.MaxValue,
                _ => TimeSpan.FromDays(30),
            }
        );

        await IdsMustBeAsync("local", "soon");
        await LoggedAsync("Old sessions of a were not deleted, which is tried again in an hour: It is damaged.", times: 1);
        await LoggedAsync("Old sessions of b were not deleted because of a bug in this program", times: 1);
        time.Advance(Retention.Interval);

        await IdsMustBeAsync("local");
        await LoggedAsync("Old sessions of b were not deleted because of a bug in this program", times: 2);
        await bound.CancelAsync();
        await running;
    }

    [Fact]
    public void The_file_of_callers_says_it_for_each_caller_their_copies_and_each_group()
    {
        var cloud = new LlamaCloudOptions { ApiKey = null };
        WriteCallers(
            """
            {"callers":{"ann":{"key":"llx-of-ann","retention":"10d"},"bob":{},"*":{"retention":"20d"}},
             "groups":{"reviewers":{"retention":"30d"},"others":{}}}
            """
        );
        var tokens = new FileTokens(server.TokensPath, TimeProvider.System);
        var hers = new Caller("token:ann", SessionScope.Default) { Key = new CloudKey("llx-of-ann") };

        var kept = server.Setup.Callers!.Retentions(tokens, new ArchiveOwners(cloud));

        Assert.Equal(
            [10, 10, null, 20, 30, null, null, null],
            new[]
            {
                "token:ann",
                ArchiveOwners.LlamaCloud(cloud, hers),
                "token:bob",
                "token:cid",
                "group:reviewers",
                "group:others",
                "local",
                ArchiveOwners.LlamaCloud(cloud, hers with { Name = "token:bob" }),
            }.Select(owner => (int?)kept(owner)?.TotalDays)
        );
        using var oidc = new OidcTokens("https://login.example.com", "a", TimeProvider.System);
        var ofIssuer = server.Setup.Callers!.Retentions(oidc, new ArchiveOwners(null));
        Assert.Equal(10, ofIssuer("oidc:https://login.example.com#ann")!.Value.TotalDays);
        Assert.Equal(20, ofIssuer("oidc:https://login.example.com#cid")!.Value.TotalDays);
        Assert.Null(ofIssuer("oidc:https://other.example.com#ann"));
    }

    [Theory]
    [InlineData("""{"callers":{"ann":{"retention":"ten"}}}""", "Invalid 'retention' of 'ann' of ")]
    [InlineData("""{"callers":{},"groups":{"a b":{}}}""", "Invalid group 'a b' of ")]
    [InlineData("""{"callers":{},"groups":{"a":{"keep":"10d"}}}""", "has the unknown property 'keep'")]
    [InlineData("""{"callers":{},"groups":["a"]}""", "is not a JSON object")]
    public void What_says_no_time_is_refused_with_the_place(string file, string reason)
    {
        WriteCallers(file);

        var refusal = Assert.Throws<ChatSessionException>(() => server.Setup.Callers!.Keys);

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Runs", "process")]
    public async Task A_server_deletes_what_is_older_than_its_option_says()
    {
        await SaveAsync("local", ("old", TimeProvider.System.GetUtcNow().AddDays(-31)), ("new", TimeProvider.System.GetUtcNow()));
        await using var serving = ServerProcess.Start("serve", "--http", "127.0.0.1:0", "--archive", Archive, "--retention", "30d");
        await serving.ListeningAsync();

        await IdsMustBeAsync("local", "new");

        await serving.SignalAsync("TERM");
        Assert.Contains(
            "audit: who=- method=\"retention\" what=\"local older than 30d\" session=- outcome=\"deleted 1\"",
            await serving.StandardErrorAsync()
        );
    }

    [Theory]
    [Trait("Runs", "process")]
    [InlineData("--retention is for HTTP. Add --http, or leave it out.", "serve", "--retention", "30d")]
    [InlineData("--retention is for an archive, and it is turned off.", "serve", "--http", "0", "--archive", "none", "--retention", "30d")]
    [InlineData("Invalid --retention '30'. Use a number of days such as 90d", "serve", "--http", "0", "--retention", "30")]
    public async Task An_option_without_effect_is_refused(string said, params string[] arguments)
    {
        var run = await CliProcess.RunAsync(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(said, run.ErrorLine, StringComparison.Ordinal);
    }

    private async Task RunAsync(Func<string, TimeSpan?> kept, Action? before = null)
    {
        using var archive = SessionArchive.Open(Archive);
        using var loggers = new LoggerFactory([log]);
        var retention = new Retention(
            archive,
            () =>
            {
                before?.Invoke();
                return kept;
            },
            time,
            new Audit(audited.Enqueue),
            loggers.CreateLogger<Retention>()
        );
        await retention.RunAsync(bound.Token);
    }

    private void WriteCallers(string file)
    {
        SecretFile.Write(server.CallersPath, Encoding.UTF8.GetBytes(file));
        server.Setup = server.Setup with { Callers = new CallersFile(server.CallersPath, _ => null) };
    }

    private async Task SaveAsync(string owner, params (string Id, DateTimeOffset Updated)[] sessions)
    {
        using var archive = SessionArchive.Open(Archive);
        await archive.SaveAllAsync(
            owner,
            [
                .. sessions.Select(session => new ArchivedSession(
                    SessionJson.Read(
                        Encoding.UTF8.GetBytes(
                            $$"""{"session_id":"{{session.Id}}","last_updated_at":"{{session.Updated:O}}","events":[]}"""
                        ),
                        "a test's session"
                    ),
                    SessionOrigin.File,
                    session.Updated
                )),
            ],
            bound.Token
        );
    }

    private async Task IdsMustBeAsync(string owner, params string[] expected)
    {
        while (!(await IdsAsync(owner)).SequenceEqual(expected))
            await Task.Delay(20, bound.Token);
    }

    private async Task LoggedAsync(string text, int times)
    {
        while (log.Lines.Count(line => line.Contains(text, StringComparison.Ordinal)) != times)
            await Task.Delay(20, bound.Token);
    }

    private async Task<IEnumerable<string>> IdsAsync(string owner)
    {
        using var archive = SessionArchive.Open(Archive);
        return (await archive.Maintenance.ListSavedAsync(owner, bound.Token)).Select(saved => saved.SessionId).Order();
    }
}
