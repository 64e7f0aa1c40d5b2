using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Sources.Files;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Tests.Importing;

/// <summary>Imports databases that a test makes.</summary>
public abstract class DatabaseTest : ImportTest
{
    /// <summary>Makes a database; it is closed, so that nothing is next to it.</summary>
    protected string Make(string name, params string[] statements)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var connection = Open(path);
        foreach (var statement in statements)
            Execute(connection, statement);
        return path;
    }

    protected static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    protected static void Execute(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    /// <summary>The sessions of a file, in the order in which they are read. Problems are in <see cref="ImportTest.Broken"/>.</summary>
    internal List<Session> Sessions(string path, bool isNamed = true, long maxBytes = FileSource.DefaultMaxSessionBytes) =>
        [.. Steps(path, isNamed, maxBytes).Select(step => step.Session?.Session).OfType<Session>()];

    internal List<ImportStep> Steps(string path, bool isNamed = true, long maxBytes = FileSource.DefaultMaxSessionBytes)
    {
        var reader = new ImportReader(null, ImportFormats.Known, followed: null, TimeProvider.System, maxBytes);
        var steps = reader.Read([new ImportFile(path, ImportFile.StampOf(path), isNamed)], Cancelled).ToList();
        Broken.AddRange(steps.Select(step => step.Problem?.Sentence).OfType<string>());
        return steps;
    }
}
