using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>Archives at the server of the tests.</summary>
public abstract class OnPostgresServer(PostgresServer server)
{
    protected const string Owner = ArchiveOwners.Local;

    protected static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    protected PostgresServer Server => server;

    protected static ArchivedSession Archived(Session session) => new(session, SessionOrigin.File, DateTimeOffset.UnixEpoch);

    protected static Task<SaveOutcome> SaveAsync(ISessionArchive archive, string id, string says = "hello", string owner = Owner) =>
        archive.SaveAsync(owner, Archived(SessionText.Parsed(id, says: says)), TestEnd);

    protected static Task<SearchPage> SearchAsync(
        ISessionArchive archive,
        string query,
        SearchFilter? filter = null,
        string owner = Owner
    ) => archive.SearchAsync(new OutgoingDoor(), [owner], SearchQuery.Parse(query), filter ?? SearchFilter.All, 5, null, TestEnd);

    protected Task ExecuteAsync(string place, string sql) => Server.ExecuteAsync(PostgresPlace.Parse(place).Database, sql, TestEnd);
}
