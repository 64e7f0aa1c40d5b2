using System.Collections.Immutable;

namespace ChatSessions.Model;

/// <summary>
/// What an imported session says of the program that recorded it (<c>source</c>). LlamaCloud's own sessions say nothing of the kind. Every
/// field is null, or empty, if it was not recorded.
/// </summary>
/// <param name="Format">The import format, such as <c>claude-code</c>.</param>
/// <param name="Folder">The folder that the agent worked in (<c>cwd</c>).</param>
/// <param name="Branch">The Git branch (<c>git_branch</c>).</param>
/// <param name="Models">The models, in the order in which they first wrote (<c>models</c>).</param>
/// <param name="Parent">Which session started this one, if this is a subagent's.</param>
public sealed record Recording(string Format, string? Folder, string? Branch, ImmutableArray<string> Models, ParentSession? Parent)
{
    /// <summary>The program, if a format is that of several and the messages show which (<c>program</c>); otherwise the format's name.</summary>
    public string Program { get; init; } = Format;

    /// <summary>The last two parts of the folder, which most often name the project; null if there is no folder.</summary>
    public string? Project =>
        Folder?.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } parts
            ? string.Join('/', parts.TakeLast(2))
            : null;

    /// <summary>Reads a session's <c>source</c>; null if it is no import's.</summary>
    internal static Recording? Find(RawJson source)
    {
        if (source.Property("format").AsString() is not { Length: > 0 } format)
            return null;
        var models = source.Property("models").Items().Select(model => model.AsString()).OfType<string>();
        // The first imports noted only one model.
        if (source.Property("model").AsString() is { } model)
            models = models.Prepend(model);
        return new(
            format,
            source.Property("cwd").AsString(),
            source.Property("git_branch").AsString(),
            [.. models],
            source.Property("parent_session_id").AsString() is { Length: > 0 } parent
                ? new(
                    parent,
                    source.Property("parent_call_id").AsString(),
                    source.Property("agent_type").AsString(),
                    source.Property("agent_name").AsString(),
                    source.Property("description").AsString()
                )
                : null
        )
        {
            Program = source.Property("program").AsString() is { Length: > 0 } program ? program : format,
        };
    }
}

/// <summary>The session that started a subagent's.</summary>
/// <param name="SessionId">The parent's id (<c>parent_session_id</c>).</param>
/// <param name="CallId">The parent's tool call that started it (<c>parent_call_id</c>).</param>
/// <param name="AgentType">The subagent's type or role, such as <c>Explore</c> (<c>agent_type</c>).</param>
/// <param name="AgentName">The name that the program gave it (<c>agent_name</c>).</param>
/// <param name="Description">What it was for, in a few words (<c>description</c>).</param>
public sealed record ParentSession(string SessionId, string? CallId, string? AgentType, string? AgentName, string? Description)
{
    /// <summary>What the subagent was for, or else what it is called; null if neither was recorded.</summary>
    public string? Purpose => new[] { Description, AgentName, AgentType }.FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
}
