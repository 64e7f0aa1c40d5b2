using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Sources;

namespace ChatMcpServer.Answers;

/// <summary>What is said where a list has no sessions: what was asked for, and which agents, projects and branches there are.</summary>
internal static class EmptyList
{
    private const int LongestName = 64;
    private const int MostNamed = 8;

    /// <summary>The same for a search that found nothing; null if there are sessions of the agent, project and branch that it names.</summary>
    public static async Task<string?> ExplainAsync(
        SessionCatalog catalog,
        SearchFilter filter,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var sessions = new SessionFilter { Recorded = filter.Recorded };
        // Without these, LlamaCloud would be asked for its list.
        if (filter is not { SessionId: null, Recorded: { Agent: not null } or { Project: not null } or { Branch: not null } })
            return null;
        var page = await SessionListPage.ReadAsync(catalog, sessions, caller, limit: 1, cursor: null, cancellationToken);
        return page.Total > 0 ? null : await ExplainAsync(catalog, sessions, caller, cancellationToken);
    }

    public static async Task<string> ExplainAsync(
        SessionCatalog catalog,
        SessionFilter filter,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        string[] asked = [.. Conditions(filter)];
        var sessions = $"sessions {string.Join(", ", asked)}{(asked.Length > 1 ? "," : "")}".TrimEnd();
        var sentences = new List<string> { $"No {sessions} in {catalog.PlacesOf(caller)}." };
        if (filter.Recorded is { Agent: not null } or { Project: not null } or { Branch: not null })
        {
            var newest = (await catalog.FindNewestAsync(caller, cancellationToken)).Select(catalog.Door.Show).ToList();
            if (filter.Recorded.Agent is not null)
                Add("Agents", newest.Select(summary => summary.Agent));
            if (filter.Recorded.Project is not null)
                Add("Projects", newest.Select(summary => summary.Recording?.Project));
            if (filter.Recorded.Branch is not null)
                Add("Branches", newest.Select(summary => summary.Recording?.Branch));
        }
        return string.Join(' ', sentences);

        void Add(string what, IEnumerable<string?> names)
        {
            var named = names.OfType<string>().Distinct().Select(name => Quoted.Between(Shown(name), ", ", " and ")).ToList();
            var others = named.Count > MostNamed ? " and others" : "";
            sentences.Add(
                $"{what} of the newest sessions: {(named.Count == 0 ? "none" : string.Join(", ", named.Take(MostNamed)) + others)}."
            );
        }
    }

    private static IEnumerable<string> Conditions(SessionFilter filter)
    {
        if (filter.TitleContains is { } title)
            yield return $"with '{Shown(title)}' in the title";
        if (filter.IndexId is { } index)
            yield return $"that use the index '{Shown(index)}'";
        if (filter.Outcome is { } outcome)
            yield return $"with the outcome {SnakeCase.Of(outcome)}";
        if (filter.Recorded.Agent is { } agent)
            yield return $"of the agent '{Shown(agent)}'";
        if (filter.Recorded.Project is { } project)
            yield return $"of the project '{Shown(project)}'";
        if (filter.Recorded.Branch is { } branch)
            yield return $"on the branch '{Shown(branch)}'";
        if (filter.UpdatedAfter is { } after)
            yield return $"updated after {after.UtcDateTime:yyyy-MM-dd HH:mm}";
        if (filter.UpdatedBefore is { } before)
            yield return $"updated before {before.UtcDateTime:yyyy-MM-dd HH:mm}";
    }

    private static string Shown(string name) => OutgoingText.ShowLine(name, LongestName)!;
}
