namespace ChatSessions.Model;

/// <summary>Which sessions, by what their programs say of them; a null field does not restrict.</summary>
/// <param name="Agent">The program, by its name or that of its import format, or <c>llamacloud</c>; ignoring case.</param>
/// <param name="Project">The folder that the agent worked in, or its last parts: <c>web/api</c>; ignoring case.</param>
/// <param name="Branch">The Git branch.</param>
/// <param name="IncludeSubagents">Whether sessions that were started by another session count too.</param>
/// <param name="Without">The id of a session that does not count.</param>
public sealed record RecordingFilter(
    string? Agent = null,
    string? Project = null,
    string? Branch = null,
    bool IncludeSubagents = false,
    string? Without = null
)
{
    /// <summary>Whether only some programs, folders or branches count.</summary>
    internal bool IsNarrow => this is not { Agent: null, Project: null, Branch: null };

    /// <summary>Whether only imported sessions can match: LlamaCloud's say nothing of a folder or branch.</summary>
    internal bool IsOfImports =>
        Project is not null
        || Branch is not null
        || (Agent is not null && !Agent.Equals(SessionSummary.LlamaCloud, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a session counts.</summary>
    public bool Matches(SessionSummary summary) =>
        (IncludeSubagents || summary.Recording?.Parent is null)
        && (Agent is null || string.Equals(summary.Agent, Agent, StringComparison.OrdinalIgnoreCase))
        && (Project is null || IsOf(FolderKey(summary.Recording?.Folder)))
        && (Branch is null || summary.Recording?.Branch == Branch)
        && (Without is null || summary.SessionId != Without);

    /// <summary>A folder in a form to compare: folded case, <c>/</c> before each part. Empty if there is no folder.</summary>
    internal static string FolderKey(string? folder) => folder is null ? "" : "/" + folder.Replace('\\', '/').Trim('/').ToUpperInvariant();

    /// <summary>The project as a folder key, and whether it is the whole folder, not only its last parts.</summary>
    internal (string Key, bool IsWhole) ProjectKey =>
        Project is ['/' or '\\', ..]
            ? (FolderKey(Project), true)
            : (FolderKey(Project?.StartsWith("~/", StringComparison.Ordinal) == true ? Project[2..] : Project), false);

    /// <summary>Whether a session with these facts counts.</summary>
    /// <param name="agent">In lower case.</param>
    /// <param name="folder">The key of its folder.</param>
    /// <param name="branch">Empty if there is none.</param>
    internal bool Matches(string agent, string folder, string branch) =>
        (Agent is null || string.Equals(agent, Agent, StringComparison.OrdinalIgnoreCase))
        && (Project is null || IsOf(folder))
        && (Branch is null || branch == Branch);

    /// <summary>Whether the project is a folder with this key, or its last parts are.</summary>
    internal bool IsOf(string folder) =>
        ProjectKey is { IsWhole: true, Key: var whole } ? folder == whole : folder.EndsWith(ProjectKey.Key, StringComparison.Ordinal);
}
