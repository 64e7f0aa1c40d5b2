namespace ChatSessions.Importing;

/// <summary>An event of a draft: its fields lie in the draft's buffer.</summary>
internal sealed class DraftEvent(string? type, int start, int length)
{
    /// <summary>The event's type, which may still change; null when its JSON says it itself.</summary>
    public string? Type { get; private set; } = type;

    /// <summary>In whose name a context was written; null for what is no context, or nobody's.</summary>
    public string? Role { get; private set; }

    /// <summary>Makes it a context instead of something that the user or the agent said.</summary>
    public void BecomeContext(string? role) => (Type, Role) = ("context", role);

    /// <summary>Whether it is not to be in the session after all.</summary>
    public bool IsDropped { get; set; }

    public int Start { get; } = start;

    public int Length { get; } = length;
}
