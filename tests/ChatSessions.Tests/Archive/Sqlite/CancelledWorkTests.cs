using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Sources;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>Work that would never end by itself must end when it is cancelled.</summary>
public sealed class CancelledWorkTests : OnArchiveFile
{
    private const string Endless =
        "create view endless as with recursive n (x) as (select 1 union all select x + 1 from n) select x from n where x < 0";

    private static readonly TimeSpan ShortWhile = TimeSpan.FromMilliseconds(100);

    /// <summary>Work that ignores its cancellation would never end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_save_in_the_middle_of_its_transaction_ends_and_leaves_nothing()
    {
        await SaveAsync("before");
        await ExecuteAsync(
            $"{Endless}; create trigger stuck after insert on entry begin insert into tool (name) select x from endless; end"
        );
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(TestEnd);
        var saving = Archive.SaveAsync(Owner, Archived(Some.Session("s", null, Some.Text("lamp"))), cancelling.Token);
        await UntilWritingAsync();

        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving.WaitAsync(Patience, TestEnd));
        await ExecuteAsync("drop trigger stuck; drop view endless");
        Assert.Equal(1, (await Archive.CountAsync(Owner, TestEnd)).Sessions);
        await SaveAsync("s", says: "lamp");
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Theory]
    [InlineData("search")]
    [InlineData("verify")]
    [InlineData("count")]
    [InlineData("shares")]
    [InlineData("list")]
    [InlineData("export")]
    [InlineData("find")]
    public async Task A_statement_that_goes_on_ends(string work)
    {
        await SaveAsync("s", says: "lamp");
        await ExecuteAsync(
            $"""
            {Endless};
            alter table entry rename to old_entry;
            create view entry as select * from old_entry where (select count(*) from endless) = 0;
            alter table session rename to old_session;
            create view session as select * from old_session where '{work}' = 'search' or (select count(*) from endless) = 0
            """
        );
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(TestEnd);
        cancelling.CancelAfter(ShortWhile);
        var token = cancelling.Token;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StartedAsync().WaitAsync(Patience, TestEnd));

        Task StartedAsync() =>
            work switch
            {
                "search" => Archive.SearchAsync(new OutgoingDoor(), [Owner], SearchQuery.Parse("lamp"), SearchFilter.All, 5, null, token),
                "verify" => Archive.Maintenance.VerifyAsync(token),
                "count" => Archive.CountAsync(Owner, token),
                "shares" => Archive.SharesAsync(token),
                "list" => Archive.ListAsync(Owner, SessionFilter.All, null, 5, token),
                "export" => Archive.Maintenance.ExportAsync(Owner, _ => { }, token).ToListAsync(token).AsTask(),
                _ => Archive.FindAsync(Owner, "s", token),
            };
    }

    [Fact]
    [Proves("locked")]
    public async Task A_wait_for_the_lock_of_another_process_ends()
    {
        await base.SaveAsync("s");
        await using var other = Connect();
        await using var writing = other.BeginTransaction(deferred: false);
        foreach (var work in (Func<CancellationToken, Task>[])[SaveAsync, ImportAsync, Archive.Maintenance.CompactAsync, DeleteAsync])
        {
            using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(TestEnd);
            cancelling.CancelAfter(ShortWhile);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work(cancelling.Token).WaitAsync(Patience, TestEnd));
        }
        await writing.RollbackAsync(TestEnd);

        Assert.True(await Archive.DeleteAsync(Owner, "s", TestEnd));

        Task SaveAsync(CancellationToken token) => Archive.SaveAsync(Owner, Archived(Some.Session("t", null)), token);
        Task ImportAsync(CancellationToken token) =>
            Archive.SaveImportedAsync(Owner, [(Archived(Some.Session("t", null)), null)], TimeProvider.System, token);
        Task DeleteAsync(CancellationToken token) => Archive.DeleteAsync(Owner, "s", token);
    }

    [Fact]
    public async Task A_cancel_between_two_statements_ends_the_next()
    {
        await SaveAsync("s");
        using var file = new ArchiveFile(File);
        using var cancelling = new CancellationTokenSource();

        var interrupted = Assert.Throws<SqliteException>(() =>
            file.Read(
                connection =>
                {
                    cancelling.Cancel();
                    using var endless = new Statement(
                        connection,
                        "with recursive n (x) as (select 1 union all select x + 1 from n) select count(*) from n"
                    );
                    return endless.ReadNumber();
                },
                cancelling.Token
            )
        );

        Assert.Equal(9, interrupted.SqliteErrorCode);
        Assert.Equal(1, file.Read(connection => new Statement(connection, "select count(*) from session").ReadNumber(), TestEnd));
    }

    [Fact]
    public async Task A_transaction_whose_rollback_is_interrupted_too_is_not_left_open()
    {
        await SaveAsync("s");
        using var file = new ArchiveFile(File);
        foreach (var isWrite in (bool[])[false, true])
        {
            using var cancelling = new CancellationTokenSource();
            bool Cancel(SqliteConnection connection)
            {
                cancelling.Cancel();
                Assert.Throws<SqliteException>(() => Statement.Execute(connection, "select count(*) from session"));
                return true;
            }

            try
            {
                file.Use(
                    connection =>
                    {
                        // While a statement has rows left, SQLite forgets no interrupt.
                        using var rows = new Statement(connection, "select 1 union all select 2");
                        rows.Read();
                        return isWrite
                            ? Transactions.Write(connection, Cancel, cancelling.Token)
                            : Transactions.Read(connection, Cancel, cancelling.Token);
                    },
                    cancelling.Token
                );
            }
            catch (SqliteException interrupted) when (interrupted.SqliteErrorCode == 9)
            {
                // The commit.
            }

            await using var other = Connect();
            Assert.True(Transactions.Write(other, _ => true, TestEnd));
            Assert.True(file.Read(_ => true, TestEnd));
        }
    }

    [Fact]
    public void A_cancellation_after_the_last_statement_leaves_no_log_next_to_the_closed_file()
    {
        var path = File + ".other";
        using (var file = new ArchiveFile(path))
        {
            using var cancelling = new CancellationTokenSource();
            file.Use(
                _ =>
                {
                    cancelling.Cancel();
                    return true;
                },
                cancelling.Token
            );
        }

        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!, "*.other*"));
    }

    private async Task UntilWritingAsync()
    {
        await using var other = Connect();
        while (true)
            try
            {
                Transactions.Write(other, _ => true, TestEnd);
                await Task.Delay(5, TestEnd);
            }
            catch (SqliteException locked) when (locked.SqliteErrorCode == 5)
            {
                return;
            }
    }
}
