using System.Globalization;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using Xunit;

namespace ChatSessions.Tests.Condensing;

public sealed class AlikeLinesTests
{
    private static readonly string Progress = string.Concat(
        Lines(1, 40, n => $"{n * 25 / 10.0:0.0}% done, {n} of 40 files, 12:00:{n:00}\n")
    );

    [Fact]
    public void Of_lines_that_differ_in_numbers_the_first_two_and_the_last_are_shown()
    {
        var session = Some.Session(
            Some.ToolUse("copy", result: Some.Quoted($"Copying\n{Progress}Copied\n")),
            Some.Thinking(string.Concat(Enumerable.Repeat("What is worth more. ", 500)))
        );

        var condensed = Condense(session, 600);

        var cut = Assert.Single(Cuts.In(session, condensed), cut => cut.Cut.First == 1);
        Assert.Equal(string.Concat(Progress.Split('\n')[2..39].Select(line => line + "\n")), cut.Omitted);
        Assert.EndsWith(": of 40 lines alike but for numbers]", cut.Cut.Marker, StringComparison.Ordinal);
        Assert.Contains(
            $"Copying\n 2.5% done, 1 of 40 files, 12:00:01\n 5.0% done, 2 of 40 files, 12:00:02\n {cut.Cut.Marker}\n 100.0% done, 40 of 40 files, 12:00:40\n Copied",
            condensed.ToText(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_line_with_another_word_is_shown_amid_them()
    {
        var tests = string.Concat(Lines(1, 40, n => $"tests/test_api.py::test_page_{n} {(n == 21 ? "FAILED" : "PASSED")}\n"));

        Assert.Equal(["of 20 lines alike but for numbers", "of 19 lines alike but for numbers"], Holes(tests).Select(hole => hole.Note));
        Assert.All(Holes(tests), hole => Assert.DoesNotContain("FAILED", tests[hole.Start..hole.End], StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_of_a_progress_bar_and_lines_in_JSON_are_lines_too()
    {
        var bar = string.Concat(Lines(10, 30, n => $"downloading the model: {n}%\r"));
        var json = "{\"log\":" + Some.Quoted(Progress) + "}";

        var ofBar = Assert.Single(Holes(bar));
        Assert.Equal(("downloading the model: 12%", "of 30 lines alike but for numbers"), (bar[ofBar.Start..].Split('\r')[0], ofBar.Note));
        Assert.Equal("downloading the model: 39%\r", bar[ofBar.End..]);
        var inJson = Assert.Single(Holes(json));
        Assert.StartsWith("10.0% done", json[inJson.Start..], StringComparison.Ordinal);
        Assert.StartsWith("100.0% done, 40 of 40 files, 12:00:40\\n", json[inJson.End..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("few lines", 5, "a rather long line with the number {0}, and much more that does not change\n")]
    [InlineData("short lines", 20, "{0}\n")]
    [InlineData("lines that are not next to each other", 20, "a line with the number {0}\nanother one, {0}\n")]
    public void Nothing_is_cut_of(string what, int count, string line)
    {
        Assert.NotEmpty(what);
        Assert.Empty(Holes(string.Concat(Lines(1, count, n => string.Format(CultureInfo.InvariantCulture, line, n)))));
    }

    [Fact]
    public void A_blob_of_bytes_among_them_stays_one_hole()
    {
        var line = $"{new string('\0', 300)} 1\n";
        var text = string.Concat(Enumerable.Repeat(line, 10));
        var blobs = Blobs.In(Recorded(text));

        Assert.NotEmpty(blobs);
        Assert.Equal(blobs, AlikeLines.AddTo(blobs, Recorded(text), 1));
    }

    [Fact]
    public void All_lines_are_shown_if_there_is_room_and_a_larger_budget_shows_no_less()
    {
        var session = Some.Session([
            .. Enumerable.Range(0, 4).Select(n => Some.ToolUse($"copy_{n}", result: Some.Quoted($"{n}\n{Progress}"))),
        ]);

        Assert.True(Condense(session, 10_000).Size.Complete);
        var before = 0L;
        for (var budget = 500; budget < 7_000; budget += 250)
        {
            var condensed = Condense(session, budget);
            _ = Cuts.In(session, condensed);
            Assert.True(condensed.Size.Shown >= before, $"{condensed.Size.Shown} characters at {budget} tokens, and {before} before");
            before = condensed.Size.Shown;
        }
    }

    private static IEnumerable<string> Lines(int first, int count, Func<int, string> line) => Enumerable.Range(first, count).Select(line);

    private static Hole[] Holes(string text) => AlikeLines.AddTo([], Recorded(text), 1);

    private static RecordedText Recorded(string text)
    {
        var @event = Some.Session(Some.Text(text)).Shown()[0];
        return new((@event, @event.Json.Property("content")));
    }

    private static CondensedSession Condense(Session session, int budget) =>
        Condenser.Condense(session.Shown(), new() { MaxTokens = budget }, TestContext.Current.CancellationToken);
}
