using ChatSessions.Archive;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

public sealed class PreparedSessionsTests : OnArchiveFile
{
    private readonly PreparedSessions prepared = new(new OutgoingDoor(SecretFinder.Standard));

    [Fact]
    public async Task A_prepared_session_is_taken_once_and_is_then_made_again()
    {
        var session = SessionText.Parsed("s", says: "getUserById was called twice, getUserById");

        await prepared.PrepareAsync([session], TestEnd);
        var ahead = prepared.Take(session);
        var again = prepared.Take(session);

        Assert.IsAssignableFrom<IReadOnlyList<PreparedChunk>>(ahead);
        Assert.IsNotAssignableFrom<IReadOnlyList<PreparedChunk>>(again);
        Assert.Equal(ahead.Select(Content), again.Select(Content));
    }

    [Fact]
    public async Task What_was_made_of_a_session_is_kept_no_longer_than_until_it_is_saved()
    {
        var session = SessionText.Parsed("s", says: "getUserById was called twice, getUserById");
        await prepared.PrepareAsync([session], TestEnd);

        prepared.Forget([Archived(session)]);

        Assert.IsNotAssignableFrom<IReadOnlyList<PreparedChunk>>(prepared.Take(session));
    }

    [Fact]
    public async Task A_cancelled_preparation_ends_and_the_session_is_saved_without_it()
    {
        var session = Archived(SessionText.Parsed("s", says: "walrus"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Archive.PrepareAsync(Owner, [session], new(canceled: true)));

        Assert.Equal(
            [SaveOutcome.Added],
            await Archive.SaveImportedAsync(Owner, [(session, (ImportedFile?)null)], TimeProvider.System, TestEnd)
        );
        Assert.Equal("walrus", (await Archive.FindAsync(Owner, "s", TestEnd))!.Session.Says());
    }

    [Fact]
    public async Task Sessions_are_prepared_while_another_process_writes()
    {
        await SaveAsync("t");
        await using var other = Connect();
        await using var writing = other.BeginTransaction(deferred: false);
        var session = Archived(SessionText.Parsed("s", says: "walrus"));

        await Archive.PrepareAsync(Owner, [session], TestEnd);
        await writing.RollbackAsync(TestEnd);

        Assert.Equal(SaveOutcome.Added, await Archive.SaveAsync(Owner, session, TestEnd));
    }

    private static (int, int, string, string, string) Content(PreparedChunk chunk) =>
        (
            chunk.FirstPosition,
            chunk.Bytes,
            Convert.ToHexString(chunk.Body.Span),
            string.Join('|', chunk.Texts.Select(text => $"{text.Offset} {System.Text.Encoding.UTF8.GetString(text.Words.Span)}")),
            string.Join('|', chunk.NewWords.Select(word => System.Text.Encoding.UTF8.GetString(word.Utf8.Span)))
        );
}
