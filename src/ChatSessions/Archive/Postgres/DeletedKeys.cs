using ChatSessions.Model;

namespace ChatSessions.Archive.Postgres;

/// <summary>Remembers which sessions of an owner were deleted.</summary>
internal static class DeletedKeys
{
    public const string Note = """
        insert into chat_mcp.deleted select $1, key, updated from unnest($2::text[], $3::bigint[]) d (key, updated)
        on conflict (owner, key) do update set updated = greatest(deleted.updated, excluded.updated)
        """;

    public const string Forget = "delete from chat_mcp.deleted where owner = $1 and key = any($2)";

    /// <summary>The ids of those that were deleted and have not been updated since.</summary>
    public static async Task<IReadOnlySet<string>> FindDeletedAsync(
        this Work work,
        long owner,
        IReadOnlyCollection<SessionSummary> sessions
    )
    {
        var dated = sessions.Where(session => session.LastUpdated is not null).ToList();
        var found = await work.ListAsync(
            """
            select s.at from unnest($2::text[], $3::bigint[]) with ordinality s (key, updated, at)
              join chat_mcp.deleted d on d.owner = $1 and d.key = s.key and d.updated >= s.updated
            """,
            row => row.GetInt64(0),
            owner,
            dated.Select(session => DeletedSession.KeyOf(session.SessionId)).ToArray(),
            dated.Select(session => session.LastUpdated!.Value.UtcTicks).ToArray()
        );
        return found.Select(at => dated[(int)at - 1].SessionId).ToHashSet();
    }
}
