using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// What the user wrote while the agent was working. It waits in a queue. Each message leaves it once: it is removed because the agent reads it
/// during its run, taken out because it becomes a record of its own after the run, or given back to the user who changes it.
/// </summary>
/// <param name="say">Adds a message that has no record of its own, at this place.</param>
internal sealed class ClaudeCodeQueue(Func<RawJson, DateTimeOffset?, DraftEvent?> say)
{
    private readonly List<(string Text, RawJson Content, DateTimeOffset? Moment)> waiting = [];

    /// <summary>Taken out: a record follows, as a rule.</summary>
    private readonly List<(string Text, RawJson Content, DateTimeOffset? Moment)> taken = [];

    /// <summary>Removed and added; a record of the same message may still follow.</summary>
    private readonly List<(string Text, DraftEvent Event)> removed = [];

    /// <summary>A copy, which goes on by itself.</summary>
    public ClaudeCodeQueue(ClaudeCodeQueue other, Func<RawJson, DateTimeOffset?, DraftEvent?> say)
        : this(say) => (waiting, taken, removed) = ([.. other.waiting], [.. other.taken], [.. other.removed]);

    public void Add(Fields fields)
    {
        var text = fields.Text("content");
        switch (fields.Text("operation"))
        {
            case "enqueue" when !string.IsNullOrWhiteSpace(text):
                // The record's bytes are valid only until the next one is read.
                var content = new RawJson(fields["content"].Utf8.ToArray());
                waiting.Add((text.Trim(), content, IsoMoment.Find(fields.Text("timestamp"))));
                break;
            case "remove" when fields.Text("reason") is null or "absorbed_mid_turn":
                if (Leave(text) is { } one && say(one.Content, one.Moment) is { } added)
                    removed.Add((one.Text, added));
                break;
            case "dequeue":
                if (Leave(text) is { } next)
                    taken.Add(next);
                break;
            case "popAll" when text is null:
                waiting.Clear();
                break;
            case "popAll" or "remove":
                _ = Leave(text);
                break;
        }
    }

    /// <summary>Notes that a record contains what a person wrote, so that the queue does not say it again.</summary>
    /// <param name="forms">The text as recorded, and without what the program put around it.</param>
    public void IsRecorded(IEnumerable<string> forms)
    {
        if (waiting.Count == 0 && taken.Count == 0 && removed.Count == 0)
            return;
        foreach (var text in forms.Select(form => form.Trim()))
        {
            if (removed.FindIndex(one => one.Text == text) is >= 0 and var added)
            {
                removed[added].Event.IsDropped = true;
                removed.RemoveAt(added);
                return;
            }
            // Several messages may become one record.
            if (taken.RemoveAll(one => text.Contains(one.Text, StringComparison.Ordinal)) > 0)
                return;
            if (waiting.FindIndex(one => one.Text == text) is >= 0 and var still)
            {
                waiting.RemoveAt(still);
                return;
            }
        }
    }

    /// <summary>The agent goes on: what was taken out, but has no record, is said here.</summary>
    public void AgentGoesOn()
    {
        Say(taken);
        removed.Clear();
    }

    /// <summary>The transcript ends: what still waits was written, though the agent has not read it.</summary>
    public void End()
    {
        Say(taken);
        Say(waiting);
    }

    private void Say(List<(string Text, RawJson Content, DateTimeOffset? Moment)> messages)
    {
        foreach (var (_, content, moment) in messages)
            say(content, moment);
        messages.Clear();
    }

    private (string Text, RawJson Content, DateTimeOffset? Moment)? Leave(string? text)
    {
        var at = text is null ? 0 : waiting.FindIndex(one => one.Text == text.Trim());
        if (at < 0 || at >= waiting.Count)
            return null;
        var one = waiting[at];
        waiting.RemoveAt(at);
        return one;
    }
}
