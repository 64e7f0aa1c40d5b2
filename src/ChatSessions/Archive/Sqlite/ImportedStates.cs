using ChatSessions.Model;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// Saves imported sessions so that nothing is lost: a state replaces the archive's if it has everything that that one has. If each has
/// something that the other has not, one of them is kept as an earlier state. Which file is imported first makes no difference, and importing
/// it again changes nothing.
/// </summary>
internal sealed class ImportedStates(SessionWriter writer)
{
    public SaveOutcome Save(ArchivedSession imported)
    {
        var id = imported.Session.Summary.SessionId;
        if (writer.Reader.FindRow(id) is not { } row)
        {
            writer.Add(imported);
            return SaveOutcome.Added;
        }
        if (writer.IsSame(row, imported.Session.Json))
        {
            KeepOriginal(row, imported.Original);
            return SaveOutcome.Unchanged;
        }
        var state = new ArchivedState(imported);
        // A damaged session is replaced too.
        if (HasMoreRecords(row, imported.Original) || Find(row) is not { } had)
            return Replace(row, state);
        return Save(state, row, had);
    }

    /// <summary>
    /// Whether a session was made of the same records, by an importer that made something else of them, or of a part of them: almost always, since
    /// files grow. It need not be read then.
    /// </summary>
    private bool HasMoreRecords(SessionRow row, Original? original) =>
        original is not null
        && writer.Originals.FindOf(row.No) is { } had
        && (original.Equals(had) || original.Bytes > had.Bytes && ArchivedState.Covers(original, had));

    private SaveOutcome Replace(SessionRow row, ArchivedState state)
    {
        writer.Replace(row, state.Archived);
        Delete(EarlierStatesOf(row.Id), state);
        return SaveOutcome.Replaced;
    }

    private SaveOutcome Save(ArchivedState state, SessionRow row, ArchivedState had)
    {
        var isOlder =
            state.Archived.Session.Summary.LastUpdated < had.Archived.Session.Summary.LastUpdated
            || state.Archived.FetchedAt < had.Archived.FetchedAt;
        if (state.Covers(had))
            return had.CoversRecords(state) || isOlder && had.Covers(state) ? SaveOutcome.Older : Replace(row, state);
        var earlier = EarlierStatesOf(row.Id);
        // What an earlier version of the program archived has no original. The importer of this one may have left out what is no loss.
        var isSurelyLess = isOlder || (state.Archived.Original is null) == (had.Archived.Original is null);
        if (isSurelyLess && had.Covers(state) || earlier.Exists(one => one.State.Covers(state)))
            return SaveOutcome.Older;
        if (isOlder)
        {
            AddEarlier(state, row.Id, earlier);
            return SaveOutcome.KeptBoth;
        }
        Delete(earlier, state);
        earlier = EarlierStatesOf(row.Id);
        writer.Replace(row, state.Archived);
        AddEarlier(had, row.Id, earlier);
        return SaveOutcome.KeptBoth;
    }

    /// <summary>A session that is the same may be found in a file that has more: records that are no events.</summary>
    private void KeepOriginal(SessionRow row, Original? original)
    {
        if (original is null)
            return;
        var had = writer.Originals.FindOf(row.No);
        if (had is null || HasMore(original, had) && ArchivedState.Covers(original, had))
            writer.Originals.Release(writer.Originals.Keep(row.No, row.Owner, original));
    }

    /// <summary>Whether an original is longer or, if it is as long, has data in base64 where the other has zeros, which take no space.</summary>
    private static bool HasMore(Original original, Original had) =>
        original.Bytes > had.Bytes || original.Bytes == had.Bytes && original.StoredBytes > had.StoredBytes;

    /// <summary>Adds an earlier state, in place of one that it covers if there is one.</summary>
    private void AddEarlier(ArchivedState state, string of, List<(SessionRow Row, ArchivedState State)> earlier)
    {
        var (covered, _) = earlier.Find(one => state.Covers(one.State));
        var number = 1;
        while (covered is null && writer.Reader.FindRow(EarlierState.IdOf(of, number)) is not null)
            number++;
        var id = covered?.Id ?? EarlierState.IdOf(of, number);
        var added = state.Archived with { Session = EarlierState.Make(state.Archived.Session, id, of) };
        if (covered is null)
            writer.Add(added);
        else
            writer.Replace(covered, added);
    }

    /// <summary>Deletes the earlier states that a state covers.</summary>
    private void Delete(List<(SessionRow Row, ArchivedState State)> earlier, ArchivedState state)
    {
        foreach (var (row, _) in earlier.Where(one => state.Covers(one.State)))
            writer.Delete(row);
    }

    /// <summary>The undamaged earlier states of a session.</summary>
    private List<(SessionRow Row, ArchivedState State)> EarlierStatesOf(string id) =>
        [
            .. writer
                .EarlierIds(id)
                .Select(writer.Reader.FindRow)
                .OfType<SessionRow>()
                .Select(row => (row, Find(row)!))
                .Where(found => found.Item2 is not null),
        ];

    /// <summary>Reads a session and what it was made of; null if the session is damaged.</summary>
    private ArchivedState? Find(SessionRow row)
    {
        try
        {
            return new ArchivedState(writer.Reader.Read(row) with { Original = writer.Originals.FindOf(row.No) });
        }
        catch (ChatSessionException)
        {
            return null;
        }
    }
}
