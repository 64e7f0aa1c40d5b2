using System.Text;
using ChatSessions.Model;
using ChatSessions.Recorded;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>The columns that lists filter by, and how they are filled in rows of an earlier format.</summary>
internal static class ListedColumns
{
    private const int MostFolders = 2_000;

    /// <summary>Whether any row does not have them yet.</summary>
    public static bool AreMissing(SqliteConnection connection)
    {
        using var unfilled = new Statement(connection, "select 1 from session where title is null limit 1");
        return unfilled.ReadNumber() is not null;
    }

    /// <summary>Fills some rows, within the caller's transaction.</summary>
    /// <returns>How many rows; fewer than the limit if these were the last.</returns>
    public static int Fill(SqliteConnection connection, OutgoingDoor secrets, int limit)
    {
        using var rows = new Statement(connection, "select no, summary from session where title is null order by no limit ?1");
        using var fill = new Statement(
            connection,
            "update session set title = ?2, indexes = ?3, agent = ?4, folder = ?5, branch = ?6, parent = ?7 where no = ?1"
        );
        using var titles = new TitleParts(connection);
        var unfilled = new List<(long No, byte[] Summary)>(limit);
        rows.Bind(1, limit);
        while (rows.Read())
            unfilled.Add((rows.Number(0), rows.Bytes(1).ToArray()));
        foreach (var (no, bytes) in unfilled)
        {
            var texts = ListedTexts.Of(ListedTexts.FindSummary(bytes), secrets);
            Bind(fill.Bind(1, no), 2, texts).Run();
            titles.Add(no, Encoding.UTF8.GetBytes(texts.Title));
        }
        return unfilled.Count;
    }

    /// <summary>
    /// The folders of sessions that a project names, as they are in the rows, found by skipping in their index from one folder to the next;
    /// null if they are too many.
    /// </summary>
    /// <param name="owner">SQL for the number of the owner, with the name as the parameter 8.</param>
    /// <param name="name">The owner's name; null if the SQL does not need it.</param>
    public static IReadOnlyList<string>? Folders(SqliteConnection connection, string owner, string? name, RecordingFilter filter)
    {
        var (key, isWhole) = filter.ProjectKey;
        if (isWhole)
            return [key];
        using var next = new Statement(
            connection,
            $"select folder from session where owner = {owner} and folder > ?2 order by folder limit 1"
        );
        if (name is not null)
            next.Bind(8, name);
        var found = new List<string>();
        var folder = "";
        for (var looked = 0; looked < MostFolders; looked++)
        {
            if (!next.BindText(2, Encoding.UTF8.GetBytes(folder)).Read())
                return found;
            folder = next.Text(0);
            next.Reset();
            if (filter.IsOf(folder))
                found.Add(folder);
        }
        return null;
    }

    /// <summary>Binds the title, the indexes, the agent, the folder, the branch and the parent.</summary>
    /// <param name="first">The parameter for the first of the six.</param>
    public static Statement Bind(Statement statement, int first, ListedTexts texts)
    {
        foreach (var (at, text) in ((string[])[texts.Title, texts.Indexes, texts.Agent, texts.Folder, texts.Branch, texts.Parent]).Index())
            statement.Bind(first + at, text);
        return statement;
    }

    /// <summary>Writes outcomes that were found by reading the events again.</summary>
    /// <param name="outcomes">By the sessions' numbers, which are never used again for other sessions.</param>
    public static int Keep(SqliteConnection connection, IReadOnlyDictionary<long, RunOutcome> outcomes)
    {
        using var keep = new Statement(connection, "update session set outcome = ?2 where no = ?1");
        foreach (var (no, outcome) in outcomes)
            keep.Bind(1, no).Bind(2, (long)outcome).Run();
        return outcomes.Count;
    }
}
