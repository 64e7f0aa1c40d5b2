using System.Text;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>An archive in a folder, and the commands that work on it.</summary>
public abstract class OnArchiveVerb : IDisposable
{
    protected static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    protected static readonly LlamaCloudOptions Cloud = LlamaCloudOptions.FromEnvironment(name =>
        name == "LLAMA_CLOUD_API_KEY" ? "key-of-a-test" : null
    )!;

    private protected TempFolder Folder { get; } = new();

    protected string ArchivePath => Path.Combine(Folder.Path, "data", "archive.db");

    protected string Out => Path.Combine(Folder.Path, "out");

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Folder.Dispose();
    }

    protected static (string Owner, SessionOrigin Origin, Session Session)[] Sessions =>
        [
            (ArchiveOwners.Local, SessionOrigin.File, Recorded("ses-1")),
            (ArchiveOwners.Local, new SessionOrigin("codex"), Recorded("Codex/2")),
            (ArchiveOwners.LlamaCloud(Cloud, Caller.Local), SessionOrigin.LlamaCloud, Recorded("ses-cloud")),
            ("other", SessionOrigin.LlamaCloud, Recorded("ses-theirs")),
        ];

    protected static Session Updated(string id, DateTimeOffset at) =>
        SessionJson.Read(
            Encoding.UTF8.GetBytes($$"""{"session_id":"{{id}}","last_updated_at":"{{at:O}}","events":[]}"""),
            "a test's session"
        );

    protected static Session Recorded(string id) => Some.Session(id, "The lamp", Some.UserInput("Where is it?"), Some.Stop());

    protected async Task FillAsync()
    {
        using var archive = SessionArchive.Open(ArchivePath);
        foreach (var (owner, origin, session) in Sessions)
            await archive.SaveAsync(owner, new(session, origin, Noon), TestContext.Current.CancellationToken);
    }

    private protected Task<CliRun> RunAsync(params string[] arguments) =>
        CliProcess.RunWithAsync(
            new() { ["LLAMA_CLOUD_API_KEY"] = "key-of-a-test", ["CHAT_MCP_ARCHIVE"] = ArchivePath },
            ["archive", .. arguments]
        );

    protected void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={ArchivePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
