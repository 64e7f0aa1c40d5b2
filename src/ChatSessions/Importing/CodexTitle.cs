namespace ChatSessions.Importing;

/// <summary>
/// The title of a Codex session: the name in the index, the name in the rollout, or what the user first asked for. A subagent's begins with
/// who it is.
/// </summary>
internal sealed class CodexTitle(SessionDraft draft)
{
    private string? agent;

    /// <summary>Notes that the session is a subagent's.</summary>
    public void SetAgent(string? nickname, string? role) =>
        agent =
            nickname is { Length: > 0 } ? (role is { Length: > 0 } ? $"{nickname} ({role})" : nickname)
            : role is { Length: > 0 } ? $"Subagent ({role})"
            : "Subagent";

    /// <param name="name">The name in the index; null if it has none.</param>
    public void Settle(string? name)
    {
        draft.Title = name ?? draft.Title;
        if (draft.Title is not null)
            return;
        var request = draft.TitleOfWords();
        draft.Title =
            agent is null ? request
            : request is null ? agent
            : DraftTitle.Shortened($"{agent}: {request}");
    }
}
