using ChatMcpServer.Cli;
using ChatSessions.Model;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class SessionTableTests
{
    [Fact]
    public void Columns_stand_below_each_other_whatever_their_titles_are_written_in()
    {
        var lines = Lines(
            70,
            Session("ses-1", "第三四半期の売上総利益率が変化した主な要因は何ですか、教えてください"),
            Session("ses-22", "👩‍👩‍👧 plans a holiday", isError: true),
            Session("séance-3", null, ran: false)
        );

        Assert.Equal(
            """
            ID        UPDATED           OUTCOME     TITLE
            ses-1     2026-04-22 12:34  ok          第三四半期の売上総利益率が変…
            ses-22    2026-04-22 12:34  error       👩‍👩‍👧 plans a holiday
            séance-3  2026-04-22 12:34  never_run
            """.Split('\n'),
            lines
        );
    }

    [Fact]
    public void Agents_and_projects_have_columns_where_there_are_several()
    {
        SessionSummary[] sessions =
        [
            Session("ses-1", "One") with
            {
                Recording = new("codex", "/home/ann/src/web/api", null, [], null),
            },
            Session("ses-2", "Two"),
        ];
        var subagents = new[]
        {
            Session("ses-3", null) with
            {
                Recording = new("codex", null, null, [], new("ses-1", null, "Explore", null, null)),
            },
        };

        Assert.Equal(
            """
            ID     UPDATED           AGENT       PROJECT  OUTCOME     TITLE
            ses-1  2026-04-22 12:34  codex       web/api  ok          One
              subagents: 1 (Explore)
            ses-2  2026-04-22 12:34  llamacloud           ok          Two
            """.Split('\n'),
            SessionTable.Lines(new(sessions, 2, null, []) { Subagents = subagents.ToLookup(_ => "ses-1") }, width: null, (text, _) => text)
        );
        Assert.DoesNotContain("PROJECT", Lines(null, sessions[0])[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_row_would_be_too_wide_agents_and_projects_are_next_to_the_title()
    {
        var lines = Lines(
            80,
            Session("01234567-89ab-cdef-0123-456789abcdef", "One") with
            {
                Recording = new("codex", "/home/ann/src/web/api", null, [], null),
            },
            Session("11234567-89ab-cdef-0123-456789abcdef", "Two")
        );

        Assert.Equal(
            """
            ID                                    UPDATED           OUTCOME
            01234567-89ab-cdef-0123-456789abcdef  2026-04-22 12:34  ok
              codex  web/api  One
            11234567-89ab-cdef-0123-456789abcdef  2026-04-22 12:34  ok
              llamacloud  Two
            """.Split('\n'),
            lines
        );
    }

    [Fact]
    public void No_line_is_wider_than_the_terminal()
    {
        var title = string.Concat(Enumerable.Repeat("長い題 long ", 40));

        for (var width = 40; width < 200; width++)
            Assert.All(Lines(width, Session("ses-1", title)), line => Assert.True(DisplayWidth.Measure(line) <= width, $"{width}: {line}"));
    }

    [Fact]
    public void Titles_get_lines_of_their_own_where_long_ids_leave_no_room()
    {
        var lines = Lines(
            60,
            Session("01234567-89ab-cdef-0123-456789abcdef", "What drove the change in gross margin in the third quarter?")
        );

        Assert.Equal(
            [
                "ID                                    UPDATED           OUTCOME",
                "01234567-89ab-cdef-0123-456789abcdef  2026-04-22 12:34  ok",
                "  What drove the change in gross margin in the third quarte…",
            ],
            lines
        );
    }

    [Fact]
    public void Nothing_is_cut_where_nobody_watches()
    {
        var title = new string('x', 400);

        Assert.EndsWith(title, Lines(null, Session("ses-1", title))[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Recorded_texts_stay_in_their_line_and_steer_no_terminal()
    {
        var line = Lines(null, Session("ses\e[2J", "one\ntwo\r\u202Ethree", updated: "\e]0;x\a"))[1];

        Assert.Equal("\"ses\\u001B[2J\"                    ok          one two \\u202Ethree", line);
    }

    private static string[] Lines(int? width, params SessionSummary[] sessions) =>
        [.. SessionTable.Lines(new(sessions, sessions.Length, null, []), width, (text, _) => text)];

    private static SessionSummary Session(
        string id,
        string? title,
        bool isError = false,
        bool ran = true,
        string updated = "2026-04-22T12:34:41.342245"
    ) => new(id, updated, title, [], ran ? new JobMetadata(isError, null, new Usage(null, null, null, null)) : null);
}
