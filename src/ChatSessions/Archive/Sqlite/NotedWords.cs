using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// Remembers which words are in the <see cref="Vocabulary"/> already: most words soon repeat, and then need no lookup in the file. Used
/// by one writer at a time.
/// </summary>
internal sealed class NotedWords
{
    private const int Bits = 18;

    private (long Compactions, long NextEvent) seen = (-1, 0);

    /// <summary>Hashes of words, each at an index taken from the hash. A later word overwrites an earlier one.</summary>
    private ulong[] hashes = [];

    /// <summary>Keeps what is known, unless any process has removed words since, or the file was replaced.</summary>
    public void Begin(SqliteConnection connection)
    {
        using var counters = new Statement(
            connection,
            "select value from counter where name in ('compactions', 'next_event') order by name"
        );
        counters.Read();
        var compactions = counters.Number(0);
        counters.Read();
        var nextEvent = counters.Number(0);
        counters.Reset();
        if (compactions != seen.Compactions || nextEvent < seen.NextEvent)
            Forget();
        seen = (compactions, nextEvent);
    }

    /// <summary>Forgets everything: after a failed transaction its words are not in the file.</summary>
    public void Forget() => hashes = new ulong[1 << Bits];

    /// <summary>Remembers a word by its hash. True if it was not known.</summary>
    public bool Add(ulong hash)
    {
        ref var place = ref hashes[hash >> (64 - Bits)];
        if (place == hash)
            return false;
        place = hash;
        return true;
    }
}
