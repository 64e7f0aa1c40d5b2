using ChatSessions.Model;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Finds the outcomes of sessions that an earlier format saved without them, by reading the sessions again: not too many at a time.</summary>
internal sealed class UnreadOutcomes(SqliteConnection connection, long mostBytes)
{
    /// <summary>Sessions of this much JSON are read in a few hundred milliseconds.</summary>
    public const long MostBytes = 32L << 20;

    private readonly Dictionary<long, RunOutcome> found = [];
    private long bytes;

    /// <summary>The outcomes found so far, by the sessions' numbers.</summary>
    public IReadOnlyDictionary<long, RunOutcome> Found => found;

    /// <summary>Whether as much was read as may be read at a time.</summary>
    public bool IsEnough => bytes >= mostBytes;

    /// <summary>Whether the archive has sessions whose outcome is not known.</summary>
    public bool AreThereAny
    {
        get
        {
            using var unread = new Statement(connection, "select 1 from session where outcome < 0 limit 1");
            return unread.ReadNumber() is not null;
        }
    }

    /// <summary>Reads a session's outcome. If the session is damaged, which is reported elsewhere, the summary says it.</summary>
    /// <param name="no">The session's number.</param>
    public RunOutcome Read(SessionReader reader, long no, SessionSummary summary)
    {
        try
        {
            if (reader.FindRow(no) is { } row)
            {
                bytes += Math.Clamp(row.Bytes, 1, int.MaxValue);
                return found[no] = reader.Read(row).Session.Outcome;
            }
        }
        catch (ChatSessionException)
        {
            // Damaged.
        }
        catch (SqliteException exception) when (ArchiveFailure.IsDamage(exception))
        {
            // Damaged.
        }
        return found[no] = summary.Outcome;
    }
}
