namespace ChatSessions.Sources;

/// <summary>The rules for session ids, from any source: an id that breaks them could be listed but not requested.</summary>
internal static class SessionId
{
    internal const int MaxLength = 512;

    /// <summary>Why a text is not a valid id, as the end of a sentence; null if it is valid.</summary>
    public static string? Fault(string id) =>
        string.IsNullOrWhiteSpace(id) ? "is empty"
        : id.Length > MaxLength ? $"has {id.Length.Grouped()} characters, more than the limit of {MaxLength}"
        : id.Any(char.IsControl) ? "contains control characters"
        : null;
}
