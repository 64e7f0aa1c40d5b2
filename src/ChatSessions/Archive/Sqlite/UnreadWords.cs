using System.Diagnostics;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// Reads the words of sessions again that an earlier format indexed, with those of secrets or otherwise, within the caller's transaction. The newest come first, since they are
/// searched most.
/// </summary>
internal static class UnreadWords
{
    /// <summary>How many sessions are taken at a time, in the order of their numbers: so the index is written fastest.</summary>
    private const int Batch = 16;

    /// <summary>After this, no further session is begun, so that others do not wait long until they can write.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(200);

    private const string Unread = "select session, 0 is_for_secrets from unread_words union all select session, 1 from unread_secrets";

    /// <summary>How many sessions have words of an earlier format.</summary>
    public static long Count(SqliteConnection connection)
    {
        using var count = new Statement(connection, $"select count(distinct session) from ({Unread})");
        return count.ReadNumber() ?? 0;
    }

    /// <summary>Reads some sessions again.</summary>
    /// <returns>How many are left.</returns>
    public static long Read(SqliteConnection connection, NotedWords noted, OutgoingDoor secrets, CancellationToken cancellationToken)
    {
        using var index = new WordIndex(connection, noted, secrets);
        using var texts = new ArchivedTexts(connection, secrets);
        using var newest = new Statement(
            connection,
            $"select session, min(is_for_secrets) from ({Unread}) group by session order by session desc limit ?1"
        );
        using var done = new Statement(connection, "delete from unread_words where session = ?1");
        using var doneForSecrets = new Statement(connection, "delete from unread_secrets where session = ?1");
        // A damaged row may claim more events than the session has; the next session's texts must not be taken for its.
        using var session = new Statement(
            connection,
            "select owner, min(no + max(events, 1), coalesce((select min(no) from session where no > ?1), no + max(events, 1))) "
                + "from session where no = ?1"
        );
        using var entries = new Statement(connection, "select id, tool from entry where id >= ?1 and id < ?2 order by id");
        var (begun, isAnyRead) = (Stopwatch.GetTimestamp(), false);
        while (true)
        {
            var numbers = new List<(long No, bool ForSecrets)>(Batch);
            newest.Bind(1, Batch);
            while (newest.Read())
                numbers.Add((newest.Number(0), newest.Number(1) != 0));
            if (numbers.Count == 0)
                return Left();
            foreach (var (no, forSecrets) in numbers.Order())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (session.Bind(1, no).Read())
                {
                    var (owner, end) = (session.Number(0), session.Number(1));
                    session.Reset();
                    try
                    {
                        ReadSession(no, owner, end, forSecrets);
                    }
                    catch (SqliteException exception) when (ArchiveFailure.IsDamage(exception))
                    {
                        // Reported elsewhere, as below. It must not keep the others from being read.
                    }
                }
                done.Bind(1, no).Run();
                doneForSecrets.Bind(1, no).Run();
                isAnyRead = true;
                if (Stopwatch.GetElapsedTime(begun) >= Longest)
                    return Left();
            }
        }

        long Left()
        {
            var left = Count(connection);
            if (left == 0 && isAnyRead)
                Vocabulary.TakeOutWhatIsUnused(connection);
            return left;
        }

        void ReadSession(long no, long owner, long end, bool forSecrets)
        {
            var found = new List<(long Id, long? Tool)>();
            entries.Bind(1, no).Bind(2, end);
            while (entries.Read())
                found.Add((entries.Number(0), entries.NumberOrNull(1)));
            foreach (var (id, tool) in found)
                try
                {
                    var text = texts.Get(new TextAddress(no, (int)(id - no)));
                    // Most texts have no secret, and their words are in the index as they are.
                    if (!forSecrets || text.HasSecrets)
                        index.Replace(id, owner, text.Kind, tool, text.Outcome, text.Text);
                }
                catch (ChatSessionException)
                {
                    // Damaged, which is reported elsewhere: its words stay as they are.
                }
        }
    }
}
