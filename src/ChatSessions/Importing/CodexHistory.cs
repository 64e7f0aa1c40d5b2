namespace ChatSessions.Importing;

/// <summary>
/// Compactions of a Codex rollout. Codex rewrites a long rollout, and then the older words of the user stand only in the history that replaces
/// what came before.
/// </summary>
internal sealed class CodexHistory(SessionDraft draft, CodexSaid said)
{
    private const string Cut = "tokens truncated";

    private readonly HashSet<(string Kind, string Text)> given = [];

    /// <summary>Where words of the history belong that stand before words of the rollout.</summary>
    public List<(DraftEvent? After, DraftEvent Moved)> Moves { get; } = [];

    /// <summary>Adds a compaction: a line that says so, its summary, and before it what only its history still says.</summary>
    public void AddCompaction(Fields compaction)
    {
        var summary = compaction.Text("message")?.Trim() ?? "";
        var missing = new List<DraftEvent>();
        foreach (var item in compaction["replacement_history"].Items())
            AddMessage(new Fields(item), summary, missing);
        var line =
            summary.Length > 0
                ? $"The conversation before this point was compacted. The agent went on with this summary:\n\n{summary}"
                : "The conversation before this point was compacted. The agent went on with a summary that is not recorded as text.";
        draft.AddContext("system", JsonText.Quote(line));
        said.NextRun();
    }

    private void AddMessage(Fields item, string summary, List<DraftEvent> missing)
    {
        var isUser = item.Text("role") == "user";
        if (item.Text("type") != "message" || (!isUser && item.Text("role") != "assistant"))
            return;
        var kind = isUser ? "user_input" : "text";
        foreach (var part in item["content"].AsString() is null ? item["content"].Items() : [item["content"]])
        {
            if (Contents.TextOf(part).AsString() is not { } text)
                continue;
            if ((isUser ? CodexInput.Split(text, isSure: false).Words : text)?.Trim() is not { Length: > 0 } words)
                continue;
            if (said.Find(kind, words) is { } there)
            {
                foreach (var one in missing)
                    Moves.Add((draft.Before(there), one));
                missing.Clear();
            }
            else if (!IsSummary(words, summary) && !IsCut(kind, words) && given.Add((kind, words)))
                missing.Add(draft.AddText(kind, JsonText.Quote(words), writer => writer.WriteString("from", "replacement_history")));
        }
    }

    private static bool IsSummary(string words, string summary) => summary.Length > 0 && words.Contains(summary, StringComparison.Ordinal);

    /// <summary>Codex cuts long words in the middle.</summary>
    private bool IsCut(string kind, string words) => words.Contains(Cut, StringComparison.Ordinal) && said.HasBeginning(kind, words);
}
