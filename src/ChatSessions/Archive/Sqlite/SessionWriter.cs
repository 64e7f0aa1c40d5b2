using System.Text;
using ChatSessions.Json;
using ChatSessions.Recorded;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Writes one owner's sessions, within the caller's transaction.</summary>
/// <param name="prepared">Makes what is written of a session, unless that was made before.</param>
internal sealed class SessionWriter(
    SqliteConnection connection,
    string owner,
    NotedWords noted,
    PreparedSessions prepared,
    OutgoingDoor secrets
) : IStateWriter, IDisposable
{
    private readonly EarlierStates earlier = new(connection);
    private readonly DeletedSessions deleted = new(connection, owner);
    private readonly WordIndex index = new(connection, noted, secrets);
    private readonly TitleParts titles = new(connection);
    private readonly Statement addOwner = new(connection, "insert or ignore into owner (name) values (?1)");
    private readonly Statement findOwner = new(connection, "select no from owner where name = ?1");
    private readonly Statement count = new(connection, "update owner set sessions = sessions + ?2 where name = ?1");
    private readonly Statement nextId = new(connection, "select value from counter where name = 'next_event'");

    // Two statements, since one with "returning" opens a savepoint, and at a savepoint the word index writes to the disk: that took a
    // quarter of an import's time.
    private readonly Statement takeIds = new(connection, "update counter set value = value + ?1 where name = 'next_event'");

    // From 1 to what 32 bits hold. Its name comes last, since earlier versions read the other counters by their order.
    private readonly Statement addNumber = new(connection, "insert or ignore into counter values ('number', (random() & 4294967295) | 1)");
    private readonly Statement addSession = new(
        connection,
        "insert into session values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
    );
    private readonly Statement addChunk = new(connection, "insert into chunk values (?1, ?2, ?3)");
    private readonly Statement touchSession = new(connection, "update session set fetched_at = ?2 where no = ?1");
    private readonly Statement deleteSession = new(connection, "delete from session where no = ?1");
    private readonly Statement deleteChunks = new(connection, "delete from chunk where first_event >= ?1 and first_event < ?2");
    private readonly Statement nextSession = new(connection, "select no from session where no > ?1 order by no limit 1");

    private SessionReader Reader { get; } = new(connection, owner);

    private Originals Originals { get; } = new(connection);

    private void Delete(SessionRow had)
    {
        var original = Originals.Unlink(had.No);
        DeleteContent(had);
        Originals.Release(original, unwanted: had.Id);
    }

    private void Replace(SessionRow had, ArchivedSession archived)
    {
        // The original is released last: the new state may be made of the same.
        var original = Originals.Unlink(had.No);
        DeleteContent(had);
        Add(archived);
        Originals.Release(original);
    }

    // SQLite answers synchronously, so each of these has completed when it returns.
    ValueTask<SessionRow?> IStateWriter.FindRowAsync(string id) => new(Reader.FindRow(id));

    ValueTask<byte[]> IStateWriter.ReadJsonAsync(SessionRow row) => new(Reader.Json(row));

    ValueTask<Original?> IStateWriter.FindOriginalAsync(SessionRow row) => new(Originals.FindOf(row.No));

    ValueTask<IReadOnlyList<string>> IStateWriter.EarlierIdsAsync(string of) => new(earlier.Find(owner, of));

    ValueTask IStateWriter.AddAsync(ArchivedSession session) => Completed(() => Add(session));

    ValueTask IStateWriter.ReplaceAsync(SessionRow had, ArchivedSession session) => Completed(() => Replace(had, session));

    ValueTask IStateWriter.DeleteAsync(SessionRow had) => Completed(() => Delete(had));

    ValueTask IStateWriter.NoteDeletedAsync(DeletedSession session) => Completed(() => deleted.Note(session));

    ValueTask IStateWriter.TouchAsync(SessionRow had, DateTimeOffset fetchedAt) =>
        Completed(() => touchSession.Bind(1, had.No).Bind(2, fetchedAt.UtcTicks).Run());

    ValueTask IStateWriter.KeepOriginalAsync(SessionRow had, Original original) =>
        Completed(() => Originals.Release(Originals.Keep(had.No, had.Owner, original)));

    private static ValueTask Completed(Action work)
    {
        work();
        return default;
    }

    private void Add(ArchivedSession archived)
    {
        var session = archived.Session;
        var summary = session.Summary;
        var json = session.Json.Utf8.Span;
        addNumber.Run();
        addOwner.Bind(1, owner).Run();
        var ownerNo = findOwner.Bind(1, owner).RequireNumber();
        var no = nextId.RequireNumber();
        takeIds.Bind(1, Math.Max(session.Events.Length, 1)).Run();
        var texts = ListedTexts.Of(summary, secrets);
        titles.Add(no, Encoding.UTF8.GetBytes(texts.Title));
        ListedColumns
            .Bind(addSession, 12, texts)
            .Bind(1, no)
            .Bind(2, ownerNo)
            .Bind(3, summary.SessionId)
            .Bind(4, archived.Origin.ToString())
            .Bind(5, summary.LastUpdated?.UtcTicks ?? SessionRow.UnknownTime)
            .Bind(6, (long)summary.Outcome)
            .Bind(7, session.Events.Length)
            .Bind(8, json.Length)
            .Bind(9, Checksum.Compute(json))
            .Bind(10, archived.FetchedAt.UtcTicks)
            .BindBlob(11, SummaryJson.Write(session).Span)
            .Run();
        count.Bind(1, owner).Bind(2, 1).Run();
        deleted.Forget(summary.SessionId);
        if (archived.Original is { } original)
            Originals.Keep(no, ownerNo, original);
        if (EarlierState.Of(session) is { } of)
            earlier.Add(no, ownerNo, of);
        foreach (var chunk in prepared.Take(session))
        {
            addChunk.Bind(1, no + chunk.FirstPosition).Bind(2, chunk.Bytes).BindBlob(3, chunk.Body.Span).Run();
            index.Add(no, ownerNo, chunk);
        }
    }

    private void DeleteContent(SessionRow had)
    {
        deleteSession.Bind(1, had.No).Run();
        // A damaged row may claim more events than the session has; never delete those of the next session.
        var end = Math.Min(had.End, nextSession.Bind(1, had.No).ReadNumber() ?? long.MaxValue);
        deleteChunks.Bind(1, had.No).Bind(2, end).Run();
        index.Delete(had.No, end);
        titles.Delete(had.No);
        earlier.Delete(had.No);
        count.Bind(1, owner).Bind(2, -1).Run();
    }

    public void Dispose()
    {
        Reader.Dispose();
        Originals.Dispose();
        earlier.Dispose();
        deleted.Dispose();
        index.Dispose();
        titles.Dispose();
        foreach (
            var statement in (Statement[])
                [
                    addNumber,
                    addOwner,
                    findOwner,
                    count,
                    nextId,
                    takeIds,
                    addSession,
                    addChunk,
                    touchSession,
                    deleteSession,
                    deleteChunks,
                    nextSession,
                ]
        )
            statement.Dispose();
    }
}
