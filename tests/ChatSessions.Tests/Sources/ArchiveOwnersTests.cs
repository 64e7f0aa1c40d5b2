using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using Xunit;

namespace ChatSessions.Tests.Sources;

public sealed class ArchiveOwnersTests
{
    private const string Project = "01234567-89ab-cdef-0123-456789abcdef";

    private static readonly LlamaCloudOptions Options = new() { ApiKey = "llx-secret" };

    [Fact]
    public void Without_a_key_there_is_the_local_user_alone() => Assert.Equal(["local"], new ArchiveOwners(null).Of(SessionScope.Default));

    [Fact]
    public void With_a_key_there_is_whoever_has_it_too_and_the_key_is_not_told()
    {
        var owners = new ArchiveOwners(Options).Of(SessionScope.Default);
        Assert.Equal("local", owners[0]);
        Assert.Matches("^llamacloud:[0-9a-f]{32}$", owners[1]);
        Assert.Equal(2, owners.Count);
    }

    [Fact]
    public void Keys_addresses_projects_and_organizations_are_owners_of_their_own()
    {
        var owners = new List<string>
        {
            Of(Options, SessionScope.Default),
            Of(Options with { ApiKey = "llx-other" }, SessionScope.Default),
            Of(Options with { BaseUrl = LlamaCloudOptions.EuropeanBaseUrl }, SessionScope.Default),
            Of(Options, new SessionScope(ProjectId: Project)),
            Of(Options, new SessionScope(OrganizationId: Project)),
        };
        Assert.Equal(owners.Count, owners.Distinct().Count());
        Assert.Equal(owners[3], Of(Options with { ProjectId = Project }, SessionScope.Default));
        Assert.Equal(owners[3], Of(Options, new SessionScope(ProjectId: Project.ToUpperInvariant())));
    }

    private static string Of(LlamaCloudOptions options, SessionScope scope) => ArchiveOwners.LlamaCloud(options, scope);
}
