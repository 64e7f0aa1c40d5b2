using ChatSessions.Model;

namespace ChatSessions.Archive.Postgres;

/// <summary>Reads what sessions were made of.</summary>
internal static class OriginalReading
{
    /// <summary>The number of the original that a session was made of; null if it was not kept.</summary>
    public static Task<long?> FindOriginalNumberAsync(this Work work, SessionRow session) =>
        work.NumberAsync("select original from chat_mcp.session where owner = $1 and no = $2", session.Owner, session.No);

    /// <summary>Reads an original; null if the owner has none with this number.</summary>
    /// <exception cref="ChatSessionException">It is damaged.</exception>
    public static async Task<Original?> FindOriginalAsync(this Work work, long owner, long number)
    {
        var head = await work.FindAsync(
            "select hash, name, place, format, is_lines, line, changed from chat_mcp.original where owner = $1 and no = $2",
            row => new Head(
                row.GetFieldValue<byte[]>(0),
                new(
                    StoredText.Read(row.GetString(1)),
                    StoredText.Read(row.GetString(2)),
                    row.GetString(3),
                    row.GetBoolean(4),
                    row.IsDBNull(5) ? null : row.GetInt32(5),
                    new DateTime(Math.Clamp(row.GetInt64(6), 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc),
                    []
                )
            ),
            owner,
            number
        );
        if (head is null)
            return null;
        var parts = await work.ListAsync(
            "select bytes, body from chat_mcp.original_part where owner = $1 and original = $2 order by part",
            row => new OriginalPart(row.GetInt32(0), row.GetFieldValue<byte[]>(1)),
            owner,
            number
        );
        var original = head.Original with { Parts = [.. parts] };
        return original.Hash.Span.SequenceEqual(head.Hash) ? original : throw original.Damaged();
    }

    public static async Task<OriginalList> ListOriginalsAsync(this Work work, long owner)
    {
        var rows = await work.ListAsync(
            "select id, origin, original from chat_mcp.session where owner = $1 order by original, no",
            row =>
                (
                    Id: StoredText.Read(row.GetString(0)),
                    Origin: row.GetString(1),
                    Original: row.IsDBNull(2) ? (long?)null : row.GetInt64(2)
                ),
            owner
        );
        var unwanted = (
            await work.ListAsync(
                "select original, id from chat_mcp.unwanted where owner = $1 order by id",
                row => (Original: row.GetInt64(0), Id: StoredText.Read(row.GetString(1))),
                owner
            )
        ).ToLookup(one => one.Original, one => one.Id);
        return new(
            [
                .. rows.Where(row => row.Original is not null)
                    .GroupBy(row => row.Original!.Value, row => row.Id)
                    .Select(use => new OriginalUse(use.Key, [.. use], [.. unwanted[use.Key]])),
            ],
            [.. rows.Where(row => row.Original is null && !OriginalList.AreOwn(row.Origin)).Select(row => row.Id)]
        );
    }

    private sealed record Head(byte[] Hash, Original Original);
}
