using System.Collections.Immutable;
using ChatSessions.Model;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Keeps what sessions were made of, within the caller's transaction. An original without sessions is deleted.</summary>
internal sealed class Originals(SqliteConnection connection) : IDisposable
{
    private const string Columns = "no, hash, name, place, format, is_lines, line, changed, parts";

    private readonly Statement find = new(connection, "select no from original where owner = ?1 and hash = ?2");
    private readonly Statement numbered = new(connection, $"select {Columns} from original where no = ?1");
    private readonly Statement ofSession = new(connection, "select original from session_original where session = ?1");
    private readonly Statement parts = new(connection, "select bytes, body from original_part where no >= ?1 and no < ?2 order by no");
    private readonly Statement lastPart = new(connection, "select coalesce(max(no), 0) from original_part");
    private readonly Statement lastOriginal = new(connection, "select coalesce(max(no), 0) from original");
    private readonly Statement add = new(connection, "insert into original values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
    private readonly Statement addPart = new(connection, "insert into original_part values (?1, ?2, ?3)");
    private readonly Statement link = new(connection, "insert or replace into session_original values (?1, ?2)");
    private readonly Statement unlink = new(connection, "delete from session_original where session = ?1");
    private readonly Statement isUsed = new(connection, "select 1 from session_original where original = ?1 limit 1");
    private readonly Statement next = new(connection, "select no from original where no > ?1 order by no limit 1");
    private readonly Statement delete = new(connection, "delete from original where no = ?1");
    private readonly Statement deleteParts = new(connection, "delete from original_part where no >= ?1 and no < ?2");
    private readonly Statement deleteUnwanted = new(connection, "delete from unwanted where original = ?1");
    private readonly Statement addUnwanted = new(connection, "insert or ignore into unwanted values (?1, ?2)");

    /// <summary>The number of the original that a session was made of; null if it was not kept.</summary>
    public long? NumberOf(long session) => ofSession.Bind(1, session).ReadNumber();

    /// <summary>What a session was made of; null if it was not kept, or is damaged.</summary>
    public Original? FindOf(long session)
    {
        try
        {
            return NumberOf(session) is { } number ? Read(number) : null;
        }
        catch (ChatSessionException)
        {
            return null;
        }
    }

    /// <summary>Reads an original; null if no original has this number.</summary>
    /// <exception cref="ChatSessionException">It is damaged.</exception>
    public Original? Read(long number)
    {
        numbered.Bind(1, number);
        if (!numbered.Read())
            return null;
        try
        {
            var name = numbered.Text(2);
            var changed = numbered.Number(7) is >= 0 and var ticks && ticks <= DateTime.MaxValue.Ticks ? ticks : 0;
            var original = new Original(
                name,
                numbered.Text(3),
                numbered.Text(4),
                numbered.Number(5) != 0,
                (int?)numbered.NumberOrNull(6),
                new DateTime(changed, DateTimeKind.Utc),
                ReadParts(number, numbered.Number(8))
            );
            return original.Hash.Span.SequenceEqual(numbered.Bytes(1)) ? original : throw original.Damaged();
        }
        finally
        {
            numbered.Reset();
        }
    }

    /// <summary>Keeps what a session was made of instead of what was kept of it before, and returns the number of that; null if nothing was.</summary>
    public long? Keep(long session, long owner, Original original)
    {
        var before = NumberOf(session);
        var number = find.Bind(1, owner).BindBlob(2, original.Hash.Span).ReadNumber() ?? Add(owner, original);
        link.Bind(1, session).Bind(2, number).Run();
        return before == number ? null : before;
    }

    /// <summary>Ends that a session needs its original. <see cref="Release"/> must follow.</summary>
    /// <returns>The original's number; null if it was not kept.</returns>
    public long? Unlink(long session)
    {
        var number = NumberOf(session);
        unlink.Bind(1, session).Run();
        return number;
    }

    /// <summary>Deletes an original that no session needs any more.</summary>
    /// <param name="unwanted">A session that must not be made of it again while others need it; null if it may make all.</param>
    public void Release(long? original, string? unwanted = null)
    {
        if (original is not { } number)
            return;
        if (isUsed.Bind(1, number).ReadNumber() is null)
            Delete(number);
        else if (unwanted is not null)
            addUnwanted.Bind(1, number).Bind(2, unwanted).Run();
    }

    private void Delete(long number)
    {
        delete.Bind(1, number).Run();
        // A damaged row may claim more parts than it has; the numbers up to the next original are its own in any case.
        deleteParts.Bind(1, number).Bind(2, next.Bind(1, number).ReadNumber() ?? long.MaxValue).Run();
        deleteUnwanted.Bind(1, number).Run();
    }

    private long Add(long owner, Original original)
    {
        // Of both tables, since in a damaged archive one may have lost its last rows.
        var number = Math.Max(lastOriginal.RequireNumber(), lastPart.RequireNumber()) + 1;
        add.Bind(1, number)
            .Bind(2, owner)
            .BindBlob(3, original.Hash.Span)
            .Bind(4, original.Name)
            .Bind(5, original.Place)
            .Bind(6, original.Format)
            .Bind(7, original.IsLines ? 1 : 0)
            .Bind(8, (long?)original.Line)
            .Bind(9, original.Changed.Ticks)
            .Bind(10, original.Bytes)
            .Bind(11, original.StoredBytes)
            .Bind(12, original.Parts.Length)
            .Run();
        foreach (var (at, part) in original.Parts.Index())
            addPart.Bind(1, number + at).Bind(2, part.Bytes).BindBlob(3, part.Body.Span).Run();
        return number;
    }

    private ImmutableArray<OriginalPart> ReadParts(long first, long count)
    {
        var read = ImmutableArray.CreateBuilder<OriginalPart>();
        parts.Bind(1, first).Bind(2, first + Math.Clamp(count, 0, int.MaxValue));
        while (parts.Read())
            read.Add(new OriginalPart((int)Math.Clamp(parts.Number(0), -1, int.MaxValue), parts.Bytes(1).ToArray()));
        return read.DrainToImmutable();
    }

    public void Dispose()
    {
        foreach (
            var statement in (Statement[])
                [
                    find,
                    numbered,
                    ofSession,
                    parts,
                    lastPart,
                    lastOriginal,
                    add,
                    addPart,
                    link,
                    unlink,
                    isUsed,
                    next,
                    delete,
                    deleteParts,
                    deleteUnwanted,
                    addUnwanted,
                ]
        )
            statement.Dispose();
    }
}
