using System.Net.Sockets;
using System.Security.Authentication;
using ChatSessions.Model;
using Npgsql;

namespace ChatSessions.Archive.Postgres;

/// <summary>Turns a failure of the server into a sentence for the caller. The server's own words are not in it: they may have recorded text.</summary>
internal static class PostgresFailure
{
    /// <summary>Whether doing it all again may help: the transaction ended since others wrote at the same time, or the connection broke.</summary>
    public static bool IsTransient(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected }
        || IsBroken(exception);

    /// <summary>Whether the connection broke, as all others in the pool may have.</summary>
    public static bool IsBroken(Exception exception) =>
        exception
            is PostgresException
            {
                SqlState: PostgresErrorCodes.AdminShutdown
                    or PostgresErrorCodes.CrashShutdown
                    or PostgresErrorCodes.CannotConnectNow
                    or PostgresErrorCodes.ConnectionFailure
                    or PostgresErrorCodes.ConnectionException
            }
        || exception is NpgsqlException and not PostgresException && exception.InnerException is IOException or SocketException;

    /// <summary>Whether a table or the schema is missing: somebody removed the archive.</summary>
    public static bool IsGone(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName };

    /// <summary>Returns the failure to report; null if the exception does not come from the server or the way to it.</summary>
    public static ChatSessionException? Find(Exception exception, PostgresPlace place) =>
        exception switch
        {
            PostgresException failed => new(ChatSessionError.Unavailable, OfServer(failed, place), exception),
            _ when exception.GetBaseException() is AuthenticationException => new(
                ChatSessionError.Unavailable,
                $"The TLS connection to the PostgreSQL server {place.Server} failed. Check its certificate and sslrootcert, and sslmode in the "
                    + "archive's address.",
                exception
            ),
            NpgsqlException when exception.InnerException is TimeoutException => new(
                ChatSessionError.Unavailable,
                $"The PostgreSQL server {place.Server} did not answer in time. Check that it runs and is not overloaded, and try again.",
                exception
            ),
            NpgsqlException when exception.InnerException is IOException => new(
                ChatSessionError.Unavailable,
                $"The connection to the PostgreSQL server {place.Server} broke. Try again; if that does not help, check that the server runs.",
                exception
            ),
            NpgsqlException { InnerException: null } when exception.Message.Contains("password", StringComparison.OrdinalIgnoreCase) => new(
                ChatSessionError.Unavailable,
                $"The PostgreSQL server {place.Server} wants a password for {place.User}. Set PGPASSWORD, or add the server to ~/.pgpass.",
                exception
            ),
            NpgsqlException when exception.Message.Contains("SSL", StringComparison.Ordinal) => new(
                ChatSessionError.Unavailable,
                $"The PostgreSQL server {place.Server} does not accept TLS as sslmode in the archive's address wants it. Turn TLS on at the server, or "
                    + "change sslmode.",
                exception
            ),
            FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException when place.PasswordFile is { } file => new(
                ChatSessionError.Unavailable,
                $"Cannot read the password file {file} for the PostgreSQL server {place.Server}. Correct its path in passfile in the archive's address or "
                    + "in PGPASSFILE, let this user read it, or set PGPASSWORD.",
                exception
            ),
            NpgsqlException or SocketException or TimeoutException => new(
                ChatSessionError.Unavailable,
                $"Cannot reach the PostgreSQL server {place.Server}. Check that it runs, and the host and port in the archive's address.",
                exception
            ),
            _ => null,
        };

    private static string OfServer(PostgresException failed, PostgresPlace place) =>
        failed.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => Refused(place),
            PostgresErrorCodes.InvalidCatalogName =>
                $"There is no database {place.Database} at the PostgreSQL server {place.Server}. Create it with `createdb {place.Database}`, or name another.",
            PostgresErrorCodes.InsufficientPrivilege =>
                $"The user {place.User} may not use the archive in the database {place.Database} at {place.Server}. Make the user the owner of the database, or "
                    + "grant the rights on the schema chat_mcp.",
            PostgresErrorCodes.ReadOnlySqlTransaction =>
                $"The PostgreSQL server {place.Server} only reads: it is a standby or set so. Name the primary server.",
            PostgresErrorCodes.DiskFull => $"No disk space is left at the PostgreSQL server {place.Server}. Free some, and try again.",
            PostgresErrorCodes.TooManyConnections =>
                $"The PostgreSQL server {place.Server} has no connection left. Raise its max_connections, or lower max_pool_size in the archive's address.",
            PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable =>
                $"Others wrote to the archive {place} at the same time. Try again.",
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow =>
                $"The PostgreSQL server {place.Server} is stopping or starting. Try again in a moment.",
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName =>
                $"The archive {place} was removed or is not whole. Check the schema chat_mcp of the database.",
            PostgresErrorCodes.ProtocolViolation => OfPooler(failed.MessageText, place),
            _ =>
                $"The PostgreSQL server {place.Server} failed at the archive in the database {place.Database} (its code {failed.SqlState}). Its log says more.",
        };

    /// <summary>PgBouncer has one code for all that it refuses. Its words, and those of PostgreSQL with this code, have nothing recorded.</summary>
    private static string OfPooler(string said, PostgresPlace place) =>
        said.Contains("authentication failed", StringComparison.Ordinal) || said.Contains("no such user", StringComparison.Ordinal)
            ? Refused(place)
        : said.Contains("no such database", StringComparison.Ordinal)
            ? $"PgBouncer at {place.Server} has no database {place.Database}. Add it to its databases, or name another in the archive's address."
        : $"The PostgreSQL server {place.Server}, or PgBouncer in front of it, refused the connection to the database {place.Database}: {said.TrimEnd('.')}. "
            + "Its log says more.";

    private static string Refused(PostgresPlace place) =>
        $"The PostgreSQL server {place.Server} refused the user {place.User}. Check the user's name, and the password in PGPASSWORD, ~/.pgpass or "
        + "the archive's address.";
}
