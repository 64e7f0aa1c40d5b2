using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>An archive in its own folder, with a second connection to run SQL on its file.</summary>
public abstract class OnArchiveFile : IDisposable
{
    protected const string Owner = ArchiveOwners.Local;

    protected static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("chat-archive-").FullName;

    /// <param name="name">The file's name in the folder.</param>
    protected OnArchiveFile(string name = "archive.db")
    {
        File = Path.Combine(folder, name);
        Archive = new(File);
    }

    protected static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    protected string File { get; }

    protected SqliteArchive Archive { get; }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Archive.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    protected static ArchivedSession Archived(Session session) => new(session, SessionOrigin.File, Noon);

    protected Task<SaveOutcome> SaveAsync(string id, string says = "hello") =>
        Archive.SaveAsync(Owner, Archived(Some.Session(id, null, Some.UserInput(says))), TestEnd);

    protected SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>The permissions of a file or a folder, as <c>ls</c> shows them; of Windows, nothing.</summary>
    protected static string Mode(string path)
    {
        if (OperatingSystem.IsWindows())
            return "";
        var mode = (int)System.IO.File.GetUnixFileMode(path);
        return string.Concat("rwxrwxrwx".Select((letter, bit) => (mode >> (8 - bit) & 1) == 1 ? letter : '-'));
    }

    protected async Task ExecuteAsync(string sql)
    {
        await using var connection = Connect();
        await ExecuteAsync(connection, sql);
    }

    protected static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestEnd);
    }

    protected async Task<long> NumberAsync(string sql)
    {
        await using var connection = Connect();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync(TestEnd))!;
    }
}
