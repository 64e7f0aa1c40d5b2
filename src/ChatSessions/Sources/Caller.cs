namespace ChatSessions.Sources;

/// <summary>
/// Who asks, and where to look. Everything that is kept between requests (sessions, lists, subscriptions) is kept per caller, so
/// that no caller gets what only another may see.
/// </summary>
/// <param name="Name">Who asks, and whose sessions they are in the archive; always <see cref="LocalName"/> over stdio.</param>
/// <param name="Scope">The LlamaCloud project and organization to use.</param>
public sealed record Caller(string Name, SessionScope Scope)
{
    /// <summary>The user of this machine, who owns imported sessions and the files that are served.</summary>
    public const string LocalName = "local";

    /// <summary>The user of this machine, without a project.</summary>
    public static Caller Local { get; } = new(LocalName, SessionScope.Default);

    /// <summary>
    /// Other owners whose sessions the caller may read, such as <c>group:reviewers</c>. Compared as an object: equal callers come from the same
    /// reading of the configuration.
    /// </summary>
    public IReadOnlyList<string> AlsoReads { get; init; } = [];

    /// <summary>The caller's own key for LlamaCloud. Null without one; the local user has the configured key.</summary>
    public CloudKey? Key { get; init; }

    /// <summary>Whether it is the user of this machine.</summary>
    public bool IsLocal => Name == LocalName;

    /// <summary>Whether the caller may read what belongs to the user of this machine, such as files.</summary>
    public bool ReadsLocal => IsLocal || AlsoReads.Contains(LocalName);

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

/// <summary>A key for LlamaCloud, and what is read with it if a caller names nothing else.</summary>
/// <param name="ApiKey">The key.</param>
/// <param name="ProjectId">The project's UUID; null for the key's own.</param>
/// <param name="OrganizationId">The organization's UUID; null for the key's own.</param>
public sealed record CloudKey(string ApiKey, string? ProjectId = null, string? OrganizationId = null)
{
    /// <summary>Omits the key, which is a secret.</summary>
    public override string ToString() => nameof(CloudKey);
}
