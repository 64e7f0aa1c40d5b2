using System.Diagnostics;
using ChatSessions.Model;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// What earlier formats did not keep of a session, or indexed in another way. It is made of the saved session when it is first needed, and kept.
/// </summary>
internal sealed class EarlierFormats(ArchiveUse archive)
{
    /// <summary>How many sessions of an earlier format are filled at a time; this takes about 50 ms.</summary>
    private const int FillBatch = 1_000;

    /// <summary>How long a search may read the words of sessions again that an earlier format indexed.</summary>
    private static readonly TimeSpan LongestReading = TimeSpan.FromSeconds(1);

    private volatile bool areListedColumnsFilled;
    private volatile bool areWordsRead;

    /// <summary>
    /// Fills the missing columns in sessions of an earlier format, in batches, so that others can write in between and a stop loses nothing.
    /// Without it lists are correct but slower.
    /// </summary>
    public async Task FillListedColumnsAsync(CancellationToken cancellationToken)
    {
        if (areListedColumnsFilled)
            return;
        try
        {
            if (await archive.ReadAsync(ListedColumns.AreMissing, cancellationToken))
                while (
                    await archive.WriteAsync(connection => ListedColumns.Fill(connection, archive.Secrets, FillBatch), cancellationToken)
                    == FillBatch
                ) { }
            areListedColumnsFilled = true;
        }
        catch (ChatSessionException exception) when (exception.Error == ChatSessionError.Unavailable)
        {
            // The archive is read-only or busy; the next list tries again.
        }
    }

    /// <summary>
    /// Reads what needs outcomes. Those that an earlier format did not keep are found by reading sessions again, only as many as are needed,
    /// and kept after each round, so that others can write in between and a stop loses little.
    /// </summary>
    /// <param name="read">Returns null if it needs another round.</param>
    public async Task<T> ReadWithOutcomesAsync<T>(
        string owner,
        Func<SessionReader, UnreadOutcomes, T?> read,
        CancellationToken cancellationToken
    )
        where T : class
    {
        for (var mostBytes = UnreadOutcomes.MostBytes; ; )
        {
            var (answer, found) = await archive.ReadAsync(
                connection =>
                {
                    using var reader = new SessionReader(connection, owner);
                    var outcomes = new UnreadOutcomes(connection, mostBytes);
                    return (read(reader, outcomes), outcomes.Found);
                },
                cancellationToken
            );
            if (found.Count > 0)
                try
                {
                    await archive.WriteAsync(connection => ListedColumns.Keep(connection, found), cancellationToken);
                }
                catch (ChatSessionException exception) when (exception.Error == ChatSessionError.Unavailable)
                {
                    // The archive is read-only or busy, so the next round would read the same sessions again.
                    mostBytes = long.MaxValue;
                }
            if (answer is not null)
                return answer;
        }
    }

    /// <summary>
    /// Reads the words of sessions again that an earlier format indexed, in batches, so that others can write in between and a stop loses
    /// nothing. What is left after a second is left to the next searches.
    /// </summary>
    public async Task ReadWordsAgainAsync(CancellationToken cancellationToken)
    {
        if (areWordsRead)
            return;
        try
        {
            var begun = Stopwatch.GetTimestamp();
            var left = archive.Exists ? await archive.ReadAsync(UnreadWords.Count, cancellationToken) : 0;
            while (left > 0 && Stopwatch.GetElapsedTime(begun) < LongestReading)
                left = await archive.WriteAsync(
                    connection => UnreadWords.Read(connection, archive.Noted, archive.Secrets, cancellationToken),
                    cancellationToken
                );
            areWordsRead = left == 0 && archive.Exists;
        }
        catch (ChatSessionException exception) when (exception.Error == ChatSessionError.Unavailable)
        {
            // The archive is read-only or busy; the next search tries again.
        }
    }
}
