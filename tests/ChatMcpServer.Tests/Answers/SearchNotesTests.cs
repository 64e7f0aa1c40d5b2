using ChatMcpServer.Answers;
using ChatSessions.Search;
using Xunit;

namespace ChatMcpServer.Tests.Answers;

public sealed class SearchNotesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Files_that_were_not_searched_are_no_empty_archive(int sessions)
    {
        var page = new SearchPage([], null, sessions, HasAll: false) { FilesNotSearched = "No disk space is left in /var/tmp." };

        var notes = SearchNotes.ForTool(page, SearchFilter.All, isFirst: true, isSamplesOnly: false, []);

        Assert.Contains("No hits in ", notes, StringComparison.Ordinal);
        Assert.EndsWith(" Session files were not searched: No disk space is left in /var/tmp.", notes, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_left_out_does_not_count_as_searched()
    {
        Assert.Contains("No hits in 7 sessions. ", Notes(9, leftOut: 2, SearchFilter.All), StringComparison.Ordinal);
        Assert.Contains(
            "No hits with these filters, nor without them. ",
            Notes(9, leftOut: 2, new(Tool: "bash")),
            StringComparison.Ordinal
        );
        Assert.Contains("Nothing was searched: ", Notes(3, leftOut: 3, SearchFilter.All), StringComparison.Ordinal);
        Assert.Contains(
            "No hits with these filters, nor without them. ",
            Notes(3, leftOut: 3, new(SessionId: "of a subagent")),
            StringComparison.Ordinal
        );
        Assert.Contains("There are no sessions to search", Notes(0, leftOut: 0, SearchFilter.All), StringComparison.Ordinal);
    }

    private static string Notes(long sessions, long leftOut, SearchFilter filter) =>
        SearchNotes.ForTool(new([], null, sessions, HasAll: false) { LeftOut = leftOut }, filter, isFirst: true, isSamplesOnly: false, []);
}
