using ChatSessions.Model;

namespace ChatSessions.Archive;

/// <summary>Saves and deletes one owner's sessions. A state of a session that was read later replaces an earlier one.</summary>
internal sealed class SavedStates(IStateWriter writer)
{
    /// <summary>Saves a session and replaces the archived state, unless that is newer: a slow answer may arrive after a later one.</summary>
    public async ValueTask<SaveOutcome> SaveAsync(ArchivedSession archived)
    {
        if (await writer.FindRowAsync(archived.Session.Summary.SessionId) is not { } had)
        {
            await writer.AddAsync(archived);
            return SaveOutcome.Added;
        }
        var fetched = SessionRow.MomentOf(had.FetchedTicks);
        if (await IsSameAsync(writer, had, archived.Session.Json))
        {
            if (fetched is null || fetched < archived.FetchedAt)
                await writer.TouchAsync(had, archived.FetchedAt);
            return SaveOutcome.Unchanged;
        }
        if (archived.FetchedAt < fetched)
            return SaveOutcome.Older;
        await writer.ReplaceAsync(had, archived);
        return SaveOutcome.Replaced;
    }

    /// <summary>Deletes a session and its earlier states; false if the owner has no such session.</summary>
    public async ValueTask<bool> DeleteAsync(string id)
    {
        if (await writer.FindRowAsync(id) is not { } had)
            return false;
        foreach (var state in await writer.EarlierIdsAsync(id))
            if (state != id && await writer.FindRowAsync(state) is { } row)
                await writer.DeleteAsync(row);
        await writer.DeleteAsync(had);
        if (LastUpdated(had) is { } updated)
            await writer.NoteDeletedAsync(new(DeletedSession.KeyOf(id), updated));
        return true;
    }

    /// <summary>When a session was last updated; null if that is not known, or its row is damaged.</summary>
    private static DateTimeOffset? LastUpdated(SessionRow row)
    {
        try
        {
            return row.Summary.LastUpdated;
        }
        catch (ChatSessionException)
        {
            return null;
        }
    }

    /// <summary>Whether the archive has exactly this JSON. False if the archived session is damaged.</summary>
    public static async ValueTask<bool> IsSameAsync(IStateWriter writer, SessionRow had, RawJson json)
    {
        if (!had.IsOf(json))
            return false;
        try
        {
            _ = (had.Origin, had.Summary);
            return (await writer.ReadJsonAsync(had)).AsSpan().SequenceEqual(json.Utf8.Span);
        }
        catch (ChatSessionException)
        {
            return false;
        }
    }
}
