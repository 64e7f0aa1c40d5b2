using ChatSessions.Model;

namespace ChatSessions.Archive;

/// <summary>Where an archived session came from. Every import format has one of its own, which an archive keeps by its name.</summary>
/// <param name="Name">Lowercase letters, digits and hyphens: <c>claude-code</c>.</param>
public readonly record struct SessionOrigin(string Name)
{
    /// <summary>LlamaCloud's chat API.</summary>
    public static SessionOrigin LlamaCloud { get; } = new("llamacloud");

    /// <summary>A file that holds LlamaCloud's own format.</summary>
    public static SessionOrigin File { get; } = new("file");

    /// <summary>The origin that an archive keeps under a name; the first archives wrote <c>ClaudeCode</c> for <c>claude-code</c>.</summary>
    /// <exception cref="ChatSessionException">No origin has such a name.</exception>
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
