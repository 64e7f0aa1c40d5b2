using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Model;

public sealed class RecordingFilterTests
{
    [Theory]
    [InlineData("/home/ann/src/web/api", "/home/ann/src/web/api", true)]
    [InlineData("/home/ann/src/web/api", "/home/ann/src/web/api/", true)]
    [InlineData("/home/ann/src/web/api", "web/api", true)]
    [InlineData("/home/ann/src/web/api", "api", true)]
    [InlineData("/home/ann/src/web/api", "Web/API", true)]
    [InlineData("/home/ann/src/web/api", "~/src/web/api", true)]
    [InlineData("/home/ann/src/web/api", "/web/api", false)]
    [InlineData("/home/ann/src/web/api", "b/api", false)]
    [InlineData("/home/ann/src/web/api", "web", false)]
    [InlineData("/home/ann/src/web/api", "w_b/api", false)]
    [InlineData(@"C:\src\web\api", "web/api", true)]
    [InlineData(@"C:\src\web\api", @"c:\src\web\api", true)]
    [InlineData(@"C:\src\web\api", @"web\api", true)]
    [InlineData("/", "/", true)]
    [InlineData(null, "api", false)]
    public void A_project_is_a_folder_or_the_last_parts_of_one(string? folder, string project, bool matches) =>
        Assert.Equal(matches, new RecordingFilter(Project: project).Matches(Session(new("codex", folder, null, [], null))));

    [Fact]
    public void Agents_branches_and_subagents_restrict()
    {
        var plain = Session(null);
        var main = Session(new("codex", null, "main", [], null));
        var subagent = Session(new("claude-code", null, "main", [], new("ses-0", null, null, null, null)));

        Assert.Equal([true, true, false], Matches(new()));
        Assert.Equal([true, true, true], Matches(new(IncludeSubagents: true)));
        Assert.Equal([false, true, false], Matches(new(Agent: "Codex")));
        Assert.Equal([true, false, false], Matches(new(Agent: "llamacloud")));
        Assert.Equal([false, true, true], Matches(new(Branch: "main", IncludeSubagents: true)));
        Assert.Equal([false, false, false], Matches(new(Branch: "Main")));
        Assert.Equal([false, false, false], Matches(new(Without: "s")));

        IEnumerable<bool> Matches(RecordingFilter filter) => new[] { plain, main, subagent }.Select(filter.Matches);
    }

    private static SessionSummary Session(Recording? recording) => new("s", "", null, [], null) { Recording = recording };
}
