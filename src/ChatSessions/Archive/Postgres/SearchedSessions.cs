using ChatSessions.Model;
using ChatSessions.Search;

namespace ChatSessions.Archive.Postgres;

/// <summary>
/// The sessions that a search may find texts of. Marks in the index tell most filters. If a filter has no mark, the sessions themselves are asked;
/// if it lets only a few through, these are known before any word is looked for.
/// </summary>
internal sealed class SearchedSessions
{
    /// <summary>If the filter lets more sessions through, their texts are found by their words first.</summary>
    private const int MostSessions = 200;

    /// <summary>A project with more folders is looked for in the sessions, not in the index.</summary>
    private const int MostFolders = 100;

    private readonly SearchFilter filter;
    private readonly long[] owners;
    private readonly string[] elsewhere;
    private readonly List<string> marks = [];

    /// <summary>The folders that the filter's project names; null to compare each session's.</summary>
    private readonly string[]? folders;

    private SearchedSessions(TextScope scope, long[] owners, string[]? folders)
    {
        (filter, this.owners, this.folders) = (scope.Filter, owners, folders);
        elsewhere = [.. (scope.Elsewhere ?? new HashSet<string>()).Select(StoredText.Of)];
        AddMarks();
    }

    public static async Task<SearchedSessions> ReadAsync(Work work, TextScope scope)
    {
        var folders = await SessionList.FoldersAsync(work, work.OwnerNumbers, scope.Filter.Recorded);
        var searched = new SearchedSessions(scope, work.OwnerNumbers, folders);
        await searched.ReadAsync(work);
        return searched;
    }

    /// <summary>Queries for the index that must find a text in addition to its words.</summary>
    public IReadOnlyList<string> Marks => marks;

    /// <summary>Whether no session has the project that the filter asks for.</summary>
    public bool IsEmpty => folders is [];

    /// <summary>The sessions that are searched; null if they are many, or the index tells them.</summary>
    public long[]? Few { get; private set; }

    /// <summary>The sessions that the filter excepts.</summary>
    public long[] Without { get; private set; } = [];

    /// <summary>Whether the index alone decides which sessions count; if not, their rows do.</summary>
    public bool AreOfIndex => HasMarks && owners.Length == 1 && elsewhere.Length == 0;

    /// <summary>What must be recorded of a session. One that is named may be a subagent's.</summary>
    public RecordingFilter Recorded => filter.SessionId is null ? filter.Recorded : filter.Recorded with { IncludeSubagents = true };

    /// <summary>SQL for the rows of these sessions, after other conditions.</summary>
    /// <param name="add">Adds a parameter and returns its name.</param>
    public string Sql(Func<object?, string> add)
    {
        var sql = $" and s.owner = any({add(owners)})";
        if (filter.SessionId is { } id)
            sql += $" and s.id = {add(StoredText.Of(id))}";
        if (filter.UpdatedAfter is { } after)
            sql += $" and s.updated > {add(after.UtcTicks)}";
        if (filter.UpdatedBefore is { } before)
            sql += $" and s.updated >= 0 and s.updated < {add(before.UtcTicks)}";
        if (elsewhere.Length > 0)
            sql += $" and s.id <> all({add(elsewhere)})";
        sql += SessionList.Recorded("s", Recorded, folders, add);
        // Of a session that several owners have, the first one's copy counts.
        for (var at = 1; at < owners.Length; at++)
            sql +=
                $" and (s.owner <> {add(owners[at])} or not exists "
                + $"(select from chat_mcp.session e where e.owner = any({add(owners[..at])}) and e.id = s.id offset 0))";
        return sql;
    }

    /// <summary>Whether marks tell all that the filter asks for.</summary>
    private bool HasMarks =>
        (filter.Recorded.Project is null || folders is { Length: <= MostFolders })
        && filter is { SessionId: null, UpdatedAfter: null, UpdatedBefore: null };

    private async Task ReadAsync(Work work)
    {
        if (filter.Recorded.Without is { } excepted)
            Without =
            [
                .. await work.ListAsync(
                    "select no from chat_mcp.session where owner = any($1) and id = $2",
                    row => row.GetInt64(0),
                    owners,
                    StoredText.Of(excepted)
                ),
            ];
        if (HasMarks)
            return;
        var parameters = new Parameters();
        var numbers = await work.ListAsync(
            $"select s.no from chat_mcp.session s where true{Sql(parameters.Add)} limit {parameters.Add(MostSessions + 1)}",
            row => row.GetInt64(0),
            parameters.All
        );
        Few = numbers.Count <= MostSessions ? [.. numbers] : null;
    }

    private void AddMarks()
    {
        if (filter.Kind is { } kind)
            marks.Add(WordsCondition.AnyOf([FilterWord.For(kind)]));
        if (filter.Outcome is { } outcome)
            marks.Add(WordsCondition.AnyOf([FilterWord.For(outcome)]));
        if (filter.Tool is not null)
            marks.Add(WordsCondition.AnyOf(filter.ToolSpellings.Select(Mark.Tool)));
        var recorded = filter.Recorded;
        if (recorded.Agent is { } agent)
            marks.Add(WordsCondition.AnyOf([Mark.Agent(StoredText.Key(agent.ToLowerInvariant()))]));
        if (recorded.Branch is { } branch)
            marks.Add(WordsCondition.AnyOf([Mark.Branch(StoredText.Key(branch))]));
        if (folders is { Length: > 0 and <= MostFolders })
            marks.Add(WordsCondition.AnyOf(folders.Select(Mark.Folder)));
    }
}
