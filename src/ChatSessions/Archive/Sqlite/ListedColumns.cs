using System.Collections.Immutable;
using System.Text;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>The columns that lists filter by, and how they are filled in rows of an earlier format.</summary>
internal static class ListedColumns
{
    public static string Title(string? title) => title is null ? "" : SessionFilter.Fold(title);

    public static string Indexes(ImmutableArray<string> ids) => ids.IsEmpty ? "" : $"\n{string.Join('\n', ids)}\n";

    /// <summary>Whether any row does not have them yet.</summary>
    public static bool AreMissing(SqliteConnection connection)
    {
        using var unfilled = new Statement(connection, "select 1 from session where title is null limit 1");
        return unfilled.ReadNumber() is not null;
    }

    /// <summary>Fills some rows, within the caller's transaction.</summary>
    /// <returns>How many rows; fewer than the limit if these were the last.</returns>
    public static int Fill(SqliteConnection connection, int limit)
    {
        using var rows = new Statement(connection, "select no, summary from session where title is null order by no limit ?1");
        using var fill = new Statement(connection, "update session set title = ?2, indexes = ?3 where no = ?1");
        using var titles = new TitleParts(connection);
        var unfilled = new List<(long No, byte[] Summary)>(limit);
        rows.Bind(1, limit);
        while (rows.Read())
            unfilled.Add((rows.Number(0), rows.Bytes(1).ToArray()));
        foreach (var (no, bytes) in unfilled)
        {
            var summary = Find(bytes);
            var title = Encoding.UTF8.GetBytes(Title(summary?.GeneratedTitle));
            var indexes = Encoding.UTF8.GetBytes(summary is null ? "" : Indexes(summary.IndexIds));
            fill.Bind(1, no).BindText(2, title).BindText(3, indexes).Run();
            titles.Add(no, title);
        }
        return unfilled.Count;
    }

    /// <summary>Reads a summary; null if it is damaged, which is reported elsewhere.</summary>
    private static SessionSummary? Find(byte[] json)
    {
        try
        {
            return SummaryJson.Read(json);
        }
        catch (ChatSessionException)
        {
            return null;
        }
    }
}
