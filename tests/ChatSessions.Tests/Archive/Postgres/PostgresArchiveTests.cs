using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>The archive contract on a PostgreSQL server.</summary>
public sealed class PostgresArchiveTests(PostgresServer server) : ArchiveContract
{
    private string? place;

    protected override async Task<ISessionArchive> OpenAsync() => new PostgresArchive(place ??= await server.NewArchiveAsync(TestEnd));

    public override async ValueTask DisposeAsync()
    {
        if (place is null)
            return;
        await base.DisposeAsync();
        await server.ReturnAsync(place, CancellationToken.None);
    }
}
