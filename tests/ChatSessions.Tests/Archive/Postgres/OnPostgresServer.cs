using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>Archives at the server of the tests.</summary>
public abstract class OnPostgresServer(PostgresServer server)
{
    protected const string Owner = ArchiveOwners.Local;

    protected static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    protected PostgresServer Server => server;

    protected static ArchivedSession Archived(Session session) => new(session, SessionOrigin.File, DateTimeOffset.UnixEpoch);

    protected Task ExecuteAsync(string place, string sql) => Server.ExecuteAsync(PostgresPlace.Parse(place).Database, sql, TestEnd);
}
