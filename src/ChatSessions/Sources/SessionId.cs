namespace ChatSessions.Sources;

/// <summary>What every session id is held to, whoever names it: one of another form could be listed, but not asked for.</summary>
internal static class SessionId
{
    private const int MaxLength = 512;

    /// <summary>What keeps a text from being an id, as the end of a sentence; null when nothing does.</summary>
    public static string? Fault(string id) =>
        string.IsNullOrWhiteSpace(id) ? "is empty"
        : id.Length > MaxLength ? $"has {id.Length:N0} characters, more than the limit of {MaxLength}"
        : id.Any(char.IsControl) ? "contains control characters"
        : null;
}
