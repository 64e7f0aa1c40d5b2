using ChatSessions.Model;
using ChatSessions.Sources.Files;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Importing;

/// <summary>
/// The sessions in the SQLite database of a program, each as a file of JSON lines that one of the import formats reads. They are read one at a
/// time.
/// </summary>
internal static class DatabaseFiles
{
    /// <summary>More than any real database of sessions has; a copy of it is made.</summary>
    internal const long MaxBytes = 16L << 30;

    private static readonly SessionDatabase[] All = [new OpenCodeDatabase(), new GooseDatabase(), new CursorDatabase()];

    /// <summary>Whether a program names its database so.</summary>
    public static bool IsName(string path)
    {
        var name = Path.GetFileName(path);
        return name is "sessions.db" or "state.vscdb"
            || name.StartsWith("opencode", StringComparison.Ordinal) && name.EndsWith(".db", StringComparison.Ordinal);
    }

    /// <summary>Whether a file is a database, by its first bytes. In folders, only files with the name of one are looked at.</summary>
    public static bool IsDatabase(ImportFile file) =>
        file.Piped is null && file.Stamp.Length > 0 && (file.IsNamed || IsName(file.Path)) && ForeignDatabase.IsDatabase(file);

    /// <summary>A file's stamp; that of a database changes with the files that belong to it.</summary>
    public static FileStamp StampOf(string path, FileStamp stamp) =>
        stamp != default && (IsName(path) || path.EndsWith(".db", StringComparison.OrdinalIgnoreCase))
            ? ForeignDatabase.Whole(path, stamp)
            : stamp;

    /// <param name="maxBytes">The size limit, in bytes, of a session.</param>
    /// <param name="broken">Called for what cannot be read; the other sessions are.</param>
    public static IEnumerable<ImportFile> In(
        ImportFile file,
        long maxBytes,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    )
    {
        using var database = Try(file, maxBytes, broken, () => ForeignDatabase.Open(file.Path, MaxBytes, maxBytes, cancellationToken));
        if (database is null)
            yield break;
        var (sessions, ids) = Try(
            file,
            maxBytes,
            broken,
            () => Array.Find(All, one => one.IsIn(database)) is { } known ? (known, known.Ids(database)) : default
        );
        for (var index = 0; index < ids?.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = $"{file.Path}{Path.DirectorySeparatorChar}{NameOf(ids[index], index)}";
            if (Try(file, maxBytes, broken, () => Lines(sessions, database, ids[index], path, maxBytes, broken)) is { Length: > 0 } lines)
                yield return new ImportFile(
                    path,
                    new FileStamp(lines.Length, file.Stamp.LastWriteUtc),
                    IsNamed: false,
                    new PipedFile(path, lines, file.Stamp.LastWriteUtc)
                )
                {
                    IsPart = true,
                };
        }
    }

    private static ReadOnlyMemory<byte> Lines(
        SessionDatabase sessions,
        ForeignDatabase database,
        string id,
        string name,
        long maxBytes,
        Action<ChatSessionException> broken
    )
    {
        using var lines = new JsonLines(name, maxBytes, broken);
        sessions.Write(database, id, lines);
        return lines.Utf8;
    }

    /// <summary>An id that is not a file's name must not look like a path.</summary>
    private static string NameOf(string id, int index) =>
        id.Length is > 0 and < 200 && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')
            ? id
            : $"session {(index + 1).Grouped()}";

    /// <summary>What is read; the default if it cannot be read.</summary>
    private static T? Try<T>(ImportFile file, long maxBytes, Action<ChatSessionException> broken, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ChatSessionException fault)
        {
            broken(fault);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == SQLitePCL.raw.SQLITE_TOOBIG)
        {
            broken(
                new ChatSessionException(
                    ChatSessionError.TooLarge,
                    $"A session in {file.Path} has a value over the size limit of {maxBytes.Grouped()} bytes. "
                        + "Raise it with --max-session-mb or CHAT_MCP_MAX_SESSION_MB.",
                    exception
                )
            );
        }
        catch (SqliteException exception)
        {
            broken(
                new ChatSessionException(
                    ChatSessionError.InvalidSession,
                    $"{file.Path} is a damaged SQLite database, or cannot be copied. Check it with its program, and import again.",
                    exception
                )
            );
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            var problem = FileProblem.From(file.Path, exception);
            broken(new ChatSessionException(problem.Error, problem.Sentence, exception));
        }
        return default;
    }
}

/// <summary>How a program keeps sessions in tables.</summary>
internal abstract class SessionDatabase
{
    /// <summary>Whether the database has the tables of the program.</summary>
    public abstract bool IsIn(ForeignDatabase database);

    /// <summary>The ids of all sessions, oldest first.</summary>
    public abstract IReadOnlyList<string> Ids(ForeignDatabase database);

    /// <summary>Writes a session as the lines that the program's import format reads.</summary>
    public abstract void Write(ForeignDatabase database, string id, JsonLines lines);
}
