using ChatSessions.Model;

namespace ChatSessions.Archive;

/// <summary>Where an archived session came from. Every import format has its own origin; the archive stores its name.</summary>
/// <param name="Name">Lowercase letters, digits and hyphens: <c>claude-code</c>.</param>
public readonly record struct SessionOrigin(string Name)
{
    /// <summary>LlamaCloud's chat API.</summary>
    public static SessionOrigin LlamaCloud { get; } = new("llamacloud");

    /// <summary>A file in LlamaCloud's own format.</summary>
    public static SessionOrigin File { get; } = new("file");

    /// <summary>Reads a stored name. The first archives wrote <c>ClaudeCode</c> for <c>claude-code</c>.</summary>
    /// <exception cref="ChatSessionException">The name is not valid for an origin.</exception>
    public static SessionOrigin OfStored(string name) =>
        name switch
        {
            "LlamaCloud" => LlamaCloud,
            "File" => File,
            "ClaudeCode" => new("claude-code"),
            "Codex" => new("codex"),
            "OpenAi" => new("openai"),
            "MicrosoftAi" => new("microsoft-ai"),
            _ when name.Length > 0 && name.All(one => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one == '-') => new(name),
            _ => throw new ChatSessionException(ChatSessionError.InvalidSession, $"Unknown origin '{name}' in the archive."),
        };

    /// <inheritdoc/>
    public override string ToString() => Name;
}
