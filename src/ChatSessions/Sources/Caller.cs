namespace ChatSessions.Sources;

/// <summary>
/// Who asks, and where to look. Everything that is kept between requests (sessions, lists, subscriptions) is kept per caller, so
/// that no caller gets what only another may see.
/// </summary>
/// <param name="Name">Who asks; always <see cref="Local"/> over stdio.</param>
/// <param name="Scope">The LlamaCloud project and organization to use.</param>
public sealed record Caller(string Name, SessionScope Scope)
{
    /// <summary>The user of this machine, without a project.</summary>
    public static Caller Local { get; } = new("local", SessionScope.Default);

    /// <summary>The same caller in another project and organization.</summary>
    public Caller In(string? projectId = null, string? organizationId = null) =>
        this with
        {
            Scope = new SessionScope(projectId, organizationId),
        };
}

/// <summary>
/// The LlamaCloud project and organization to use. Null means the configured one or, if none is configured, the key's own.
/// Sources without projects ignore it.
/// </summary>
/// <param name="ProjectId">The project's UUID.</param>
/// <param name="OrganizationId">The organization's UUID.</param>
public sealed record SessionScope(string? ProjectId = null, string? OrganizationId = null)
{
    /// <summary>The configured project and organization, or the key's own.</summary>
    public static SessionScope Default { get; } = new();
}
