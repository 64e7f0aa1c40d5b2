using ChatMcpServer.Cli;
using ChatSessions.Model;
using ChatSessions.Search;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class HitTableTests
{
    [Fact]
    public void What_was_found_is_highlighted_and_in_view_however_narrow_the_terminal()
    {
        var lines = HitTable.Lines([Hit("before 数据库连接错误 and much before «the lamp» and after it, at length")], 60, Paint).ToList();

        Assert.Equal("[Bold:ses-1  2026-04-22 12:34]  The title of the session", lines[0]);
        Assert.Equal("[Red:  #57 error bash: ]…uch before [Yellow:the lamp] and after it, at len…", lines[1]);
    }

    [Fact]
    public void No_line_is_wider_than_the_terminal()
    {
        var wide = string.Concat(Enumerable.Repeat("長い題 long ", 20));
        for (var width = 50; width < 300; width++)
            Assert.All(
                HitTable.Lines([Hit($"{wide}«ランプ»{wide}«lamp»", title: wide)], width, (text, _) => text),
                line => Assert.True(DisplayWidth.Measure(line) <= width, $"{width}: {line}")
            );
    }

    [Fact]
    public void Nothing_is_cut_where_nobody_watches()
    {
        var wide = new string('x', 150);

        Assert.Equal($"  #57 error bash: …{wide} lamp", HitTable.Lines([Hit($"{wide} «lamp»")], null, (text, _) => text).Last());
    }

    [Fact]
    public void Joiners_stay_where_a_match_begins_and_what_looks_like_a_highlight_is_none()
    {
        Assert.Equal(
            "[Red:  #57 error bash: ]…نمی\u200C[Yellow:خواهم] \uE000\\u202E",
            HitTable.Lines([Hit("نمی\u200C«خواهم» \uE000\u202E")], null, Paint).Last()
        );
    }

    private static string Paint(string text, Ink ink) => text.Length > 0 ? $"[{ink}:{text}]" : text;

    /// <param name="text">With the matches in «».</param>
    private static SearchHit Hit(string text, string title = "The title of the session")
    {
        var matches = new List<Range>();
        for (int start; (start = text.IndexOf('«', StringComparison.Ordinal)) >= 0; )
        {
            var end = text.IndexOf('»', StringComparison.Ordinal);
            text = text[..start] + text[(start + 1)..end] + text[(end + 1)..];
            matches.Add(start..(end - 1));
        }
        return new(
            new SessionSummary("ses-1", "2026-04-22T12:34:41", title, [], null),
            57,
            57,
            0,
            SearchKind.Error,
            "bash",
            ToolOutcomeKind.Failed,
            new Snippet(text, matches, BeginsWithin: true, EndsWithin: false),
            1
        );
    }
}
