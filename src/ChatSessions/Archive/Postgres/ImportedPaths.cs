using System.Security.Cryptography;
using System.Text;

namespace ChatSessions.Archive.Postgres;

/// <summary>Records which files of an owner were imported.</summary>
internal static class ImportedPaths
{
    /// <summary>Which of the files were imported, and have not changed since.</summary>
    public static async Task<HashSet<ImportedFile>> FindImportedAsync(this Work work, long owner, IReadOnlyCollection<ImportedFile> files)
    {
        var noted = await work.ListAsync(
            """
            select f.at from unnest($2::bytea[], $3::bigint[], $4::bigint[]) with ordinality f (key, bytes, modified, at)
              join chat_mcp.imported i on i.owner = $1 and i.key = f.key and i.bytes = f.bytes and i.modified = f.modified
            """,
            row => row.GetInt64(0),
            owner,
            Keys(files),
            files.Select(file => file.Stamp.Length).ToArray(),
            Times(files)
        );
        var all = files.ToList();
        return [.. noted.Select(at => all[(int)at - 1])];
    }

    /// <summary>Records files. The entry of an unchanged file keeps its time of import.</summary>
    public static async Task AddImportedAsync(this Work work, IEnumerable<ImportedFile> files, DateTimeOffset at)
    {
        // Of a file that comes twice, the last stays.
        var last = files.Reverse().DistinctBy(file => file.Path).ToList();
        if (last.Count > 0)
            await work.ExecuteAsync(
                """
                insert into chat_mcp.imported
                select $1, key, path, bytes, modified, $6 from unnest($2::bytea[], $3::text[], $4::bigint[], $5::bigint[])
                  as f (key, path, bytes, modified)
                on conflict (owner, key) do update set bytes = excluded.bytes, modified = excluded.modified, at = excluded.at
                  where (imported.bytes, imported.modified) <> (excluded.bytes, excluded.modified)
                """,
                work.Owners[0].No,
                Keys(last),
                last.Select(file => StoredText.Of(file.Path)).ToArray(),
                last.Select(file => file.Stamp.Length).ToArray(),
                Times(last),
                at.UtcTicks
            );
    }

    private static byte[][] Keys(IEnumerable<ImportedFile> files) =>
        [.. files.Select(file => SHA256.HashData(Encoding.UTF8.GetBytes(file.Path)))];

    private static long[] Times(IEnumerable<ImportedFile> files) => [.. files.Select(file => file.Stamp.LastWriteUtc.Ticks)];
}
