namespace ChatSessions.Sources;

/// <summary>
/// Who asks, and where to look. Everything that is kept between two requests (sessions, lists, subscriptions) is kept for one caller, so
/// that nobody gets what only another may see.
/// </summary>
/// <param name="Name">Who asks: over stdio always <see cref="Local"/>.</param>
/// <param name="Scope">The LlamaCloud project and organization that are asked for.</param>
public sealed record Caller(string Name, SessionScope Scope)
{
    /// <summary>The user of this machine, who asks for no project in particular.</summary>
    public static Caller Local { get; } = new("local", SessionScope.Default);

    /// <summary>The same caller, asking for a project and organization.</summary>
    public Caller In(string? projectId = null, string? organizationId = null) =>
        this with
        {
            Scope = new SessionScope(projectId, organizationId),
        };
}

/// <summary>
/// In which LlamaCloud project and organization to look; null leaves the choice to the configuration, and where that names none, to
/// the key. Sources without projects ignore it.
/// </summary>
/// <param name="ProjectId">The project's UUID.</param>
/// <param name="OrganizationId">The organization's UUID.</param>
public sealed record SessionScope(string? ProjectId = null, string? OrganizationId = null)
{
    /// <summary>The configured project and organization, or the key's own.</summary>
    public static SessionScope Default { get; } = new();
}
