using System.Globalization;
using ChatSessions.Model;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Brings an archive to the current format: numbered files of SQL, each run once. A newer format is refused and stays as it is.</summary>
internal static class Migrations
{
    private const int ApplicationId = 0x43684172;

    private static readonly string[] Files =
    [
        "001-archive.sql",
        "002-imported.sql",
        "003-listed.sql",
        "004-recording.sql",
        "005-originals.sql",
        "006-words.sql",
        "007-secrets.sql",
        "008-deleted.sql",
    ];

    public static int Newest => Files.Length;

    /// <summary>The archive's format; 0 if the database is empty.</summary>
    /// <param name="path">The archive's file, for errors.</param>
    /// <exception cref="ChatSessionException">It is no archive, is damaged, or a newer version made it.</exception>
    public static int FormatOf(SqliteConnection connection, string path)
    {
        var format = (int)Ask(connection, "pragma user_version");
        var isOurs = Ask(connection, "pragma application_id") == ApplicationId;
        if (!isOurs && (format != 0 || Ask(connection, "select count(*) from sqlite_schema") > 0))
            throw Refused($"{path} is a database but not a chat session archive, and was not changed. Use another file.");
        if (format < 0)
            throw Refused(
                $"The archive {path} is damaged: it says that its format is {format}, which never was one. It was not changed. "
                    + "Restore a copy of it, or use another file."
            );
        if (format > Newest)
            throw Refused(
                $"The archive {path} was written by a newer version (format {format}; this version supports {Newest}), "
                    + "and was not changed. Update the program, or use another file."
            );
        return format;
    }

    /// <summary>Runs what is missing, in one transaction. Several processes may do so at once: one runs it, and the others wait for that.</summary>
    public static void Run(SqliteConnection connection, string path, CancellationToken cancellationToken) =>
        Transactions.Write(
            connection,
            _ =>
            {
                for (var format = FormatOf(connection, path); format < Newest; format++)
                {
                    Statement.Execute(connection, Sql(Files[format]));
                    Statement.Execute(connection, string.Create(CultureInfo.InvariantCulture, $"pragma user_version = {format + 1}"));
                }
                return true;
            },
            cancellationToken
        );

    /// <summary>Unavailable, so that the other sources still answer when the file cannot be used.</summary>
    private static ChatSessionException Refused(string message) => new(ChatSessionError.Unavailable, message);

    private static string Sql(string name)
    {
        using var stream = typeof(Migrations).Assembly.GetManifestResourceStream($"archive/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static long Ask(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        return statement.ReadNumber() ?? 0;
    }
}
