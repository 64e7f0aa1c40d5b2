using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Redaction;

namespace ChatSessions;

/// <summary>Opens archives. Outside the engine's folder, only this file knows which engine is used.</summary>
public static class SessionArchive
{
    /// <summary>Opens the archive at a place. It is created when something is first saved.</summary>
    /// <param name="place">A PostgreSQL database, as <c>postgres://…</c> or <c>Host=…;…</c>; everything else is the path of a file.</param>
    /// <param name="secrets">No word of what it finds can be searched for; null for the standard secrets.</param>
    public static ISessionArchive Open(string place, SecretFinder? secrets = null) =>
        IsServer(place) ? new PostgresArchive(place, secrets) : new SqliteArchive(place, secrets);

    /// <summary>Whether a place is a database at a server, and not a file.</summary>
    public static bool IsServer(string place) => PostgresPlace.IsOne(place);

    /// <summary>Why a text is no place of an archive, in a sentence; null if it is one.</summary>
    public static string? Fault(string place)
    {
        if (string.IsNullOrWhiteSpace(place) || place.Contains('\0'))
            return "An archive's place cannot be empty.";
        var scheme = IsServer(place) ? -1 : place.IndexOf("://", StringComparison.Ordinal);
        return scheme > 1 && place[..scheme].All(char.IsAsciiLetterOrDigit)
            ? $"An archive cannot be at {place[..scheme]}://…. Use the path of a file, or postgres://… for a database."
            : null;
    }

    /// <summary>A place as it may be shown: without a password. Of a file, its path.</summary>
    public static string Show(string place) => IsServer(place) ? PostgresPlace.Parse(place).ToString() : place;

    /// <summary>Whether a place has a password in it, which must not be written anywhere.</summary>
    /// <exception cref="Model.ChatSessionException">The place is invalid.</exception>
    public static bool HasPassword(string place) => IsServer(place) && PostgresPlace.Parse(place).HasPassword;

    /// <summary>Makes an archive for this process alone, which is gone when it is disposed.</summary>
    /// <inheritdoc cref="Open"/>
    public static ISessionArchive OpenTemporary(SecretFinder? secrets = null) => SqliteArchive.Temporary(secrets);
}
