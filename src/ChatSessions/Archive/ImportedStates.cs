using ChatSessions.Model;

namespace ChatSessions.Archive;

/// <summary>
/// Saves imported sessions so that nothing is lost: a state replaces the archive's if it has everything that that one has. If each has
/// something that the other has not, one of them is kept as an earlier state. Which file is imported first makes no difference, and importing
/// it again changes nothing.
/// </summary>
internal sealed class ImportedStates(IStateWriter writer)
{
    public async ValueTask<SaveOutcome> SaveAsync(ArchivedSession imported)
    {
        var id = imported.Session.Summary.SessionId;
        if (await writer.FindRowAsync(id) is not { } row)
        {
            await writer.AddAsync(imported);
            return SaveOutcome.Added;
        }
        if (await SavedStates.IsSameAsync(writer, row, imported.Session.Json))
        {
            await KeepOriginalAsync(row, imported.Original);
            return SaveOutcome.Unchanged;
        }
        var state = new ArchivedState(imported);
        // A damaged session is replaced too.
        if (await HasMoreRecordsAsync(row, imported.Original) || await FindAsync(row) is not { } had)
            return await ReplaceAsync(row, state);
        return await SaveAsync(state, row, had);
    }

    /// <summary>
    /// Whether a session was made of the same records, by an importer that made something else of them, or of a part of them: almost always, since
    /// files grow. It need not be read then.
    /// </summary>
    private async ValueTask<bool> HasMoreRecordsAsync(SessionRow row, Original? original) =>
        original is not null
        && await writer.FindOriginalAsync(row) is { } had
        && (original.Equals(had) || original.Bytes > had.Bytes && ArchivedState.Covers(original, had));

    private async ValueTask<SaveOutcome> ReplaceAsync(SessionRow row, ArchivedState state)
    {
        await writer.ReplaceAsync(row, state.Archived);
        await DeleteAsync(await EarlierStatesOfAsync(row.Id), state);
        return SaveOutcome.Replaced;
    }

    private async ValueTask<SaveOutcome> SaveAsync(ArchivedState state, SessionRow row, ArchivedState had)
    {
        var isOlder =
            state.Archived.Session.Summary.LastUpdated < had.Archived.Session.Summary.LastUpdated
            || state.Archived.FetchedAt < had.Archived.FetchedAt;
        if (state.Covers(had))
            return had.CoversRecords(state) || isOlder && had.Covers(state) ? SaveOutcome.Older : await ReplaceAsync(row, state);
        var earlier = await EarlierStatesOfAsync(row.Id);
        // What an earlier version of the program archived has no original. The importer of this one may have left out what is no loss.
        var isSurelyLess = isOlder || (state.Archived.Original is null) == (had.Archived.Original is null);
        if (isSurelyLess && had.Covers(state) || earlier.Exists(one => one.State.Covers(state)))
            return SaveOutcome.Older;
        if (isOlder)
        {
            await AddEarlierAsync(state, row.Id, earlier);
            return SaveOutcome.KeptBoth;
        }
        await DeleteAsync(earlier, state);
        earlier = await EarlierStatesOfAsync(row.Id);
        await writer.ReplaceAsync(row, state.Archived);
        await AddEarlierAsync(had, row.Id, earlier);
        return SaveOutcome.KeptBoth;
    }

    /// <summary>A session that is the same may be found in a file that has more: records that are no events.</summary>
    private async ValueTask KeepOriginalAsync(SessionRow row, Original? original)
    {
        if (original is null)
            return;
        var had = await writer.FindOriginalAsync(row);
        if (had is null || HasMore(original, had) && ArchivedState.Covers(original, had))
            await writer.KeepOriginalAsync(row, original);
    }

    /// <summary>Whether an original is longer or, if it is as long, has data in base64 where the other has zeros, which take no space.</summary>
    private static bool HasMore(Original original, Original had) =>
        original.Bytes > had.Bytes || original.Bytes == had.Bytes && original.StoredBytes > had.StoredBytes;

    /// <summary>Adds an earlier state, in place of one that it covers if there is one.</summary>
    private async ValueTask AddEarlierAsync(ArchivedState state, string of, List<(SessionRow Row, ArchivedState State)> earlier)
    {
        var (covered, _) = earlier.Find(one => state.Covers(one.State));
        var number = 1;
        while (covered is null && await writer.FindRowAsync(EarlierState.IdOf(of, number)) is not null)
            number++;
        var id = covered?.Id ?? EarlierState.IdOf(of, number);
        var added = state.Archived with { Session = EarlierState.Make(state.Archived.Session, id, of) };
        if (covered is null)
            await writer.AddAsync(added);
        else
            await writer.ReplaceAsync(covered, added);
    }

    /// <summary>Deletes the earlier states that a state covers.</summary>
    private async ValueTask DeleteAsync(List<(SessionRow Row, ArchivedState State)> earlier, ArchivedState state)
    {
        foreach (var (row, _) in earlier.Where(one => state.Covers(one.State)))
            await writer.DeleteAsync(row);
    }

    /// <summary>The undamaged earlier states of a session.</summary>
    private async ValueTask<List<(SessionRow Row, ArchivedState State)>> EarlierStatesOfAsync(string id)
    {
        var states = new List<(SessionRow, ArchivedState)>();
        foreach (var earlier in await writer.EarlierIdsAsync(id))
            if (await writer.FindRowAsync(earlier) is { } row && await FindAsync(row) is { } state)
                states.Add((row, state));
        return states;
    }

    /// <summary>Reads a session and what it was made of; null if the session is damaged.</summary>
    private async ValueTask<ArchivedState?> FindAsync(SessionRow row)
    {
        try
        {
            var read = row.With(await writer.ReadJsonAsync(row));
            return new ArchivedState(read with { Original = await writer.FindOriginalAsync(row) });
        }
        catch (ChatSessionException)
        {
            return null;
        }
    }
}
