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
}
