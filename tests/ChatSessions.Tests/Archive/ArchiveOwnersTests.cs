using ChatSessions.Archive;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using Xunit;

namespace ChatSessions.Tests.Archive;

public sealed class ArchiveOwnersTests
{
    private const string Project = "01234567-89ab-cdef-0123-456789abcdef";

    private static readonly LlamaCloudOptions Options = new() { ApiKey = "llx-secret" };

    [Fact]
    public void Without_a_key_there_is_the_local_user_alone() => Assert.Equal(["local"], new ArchiveOwners(null).Of(Caller.Local));

    [Fact]
    public void With_a_key_there_is_whoever_has_it_too_and_the_key_is_not_told()
    {
        var owners = new ArchiveOwners(Options).Of(Caller.Local);
        Assert.Equal("local", owners[0]);
        Assert.Matches("^llamacloud:[0-9a-f]{32}$", owners[1]);
        Assert.Equal(2, owners.Count);
    }

    [Fact]
    public void Keys_addresses_projects_and_organizations_are_owners_of_their_own()
    {
        var owners = new List<string>
        {
            Of(Options, Caller.Local),
            Of(Options with { ApiKey = "llx-other" }, Caller.Local),
            Of(Options with { BaseUrl = LlamaCloudOptions.EuropeanBaseUrl }, Caller.Local),
            Of(Options, Caller.Local.In(projectId: Project)),
            Of(Options, Caller.Local.In(organizationId: Project)),
        };
        Assert.Equal(owners.Count, owners.Distinct().Count());
        Assert.Equal(owners[3], Of(Options with { ProjectId = Project }, Caller.Local));
        Assert.Equal(owners[3], Of(Options, Caller.Local.In(projectId: Project.ToUpperInvariant())));
    }

    private static string Of(LlamaCloudOptions options, Caller caller) => ArchiveOwners.LlamaCloud(options, caller);
}
