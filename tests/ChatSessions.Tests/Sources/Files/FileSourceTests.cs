using System.Text;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Sources.Files;

public sealed class FileSourceTests : TempFolder
{
    private static readonly string Indented = """
        {
          "session_id": "whole",
          "last_updated_at": "2026-05-01T00:00:00.000000",
          "events": [ { "type": "user_input", "content": "hello" } ]
        }
        """;

    [Fact]
    public async Task A_json_file_is_one_session_given_back_byte_for_byte()
    {
        Write("a.json", Indented);
        var session = await Find(Source(), "whole");
        Assert.Equal(Indented, session!.Json.ToString());
    }

    [Fact]
    public async Task A_jsonl_file_is_a_session_a_line_with_blank_lines_carriage_returns_and_a_byte_order_mark_passed_over()
    {
        Write("a.jsonl", $"\uFEFF{SessionText.Of("one")}\r\n\r\n  \n{SessionText.Of("two", says: "second")}\r\n{SessionText.Of("three")}");
        var source = Source();
        Assert.Equal(["one", "three", "two"], await IdsOf(source));
        Assert.Equal("second", (await Find(source, "two"))!.Says());
        Assert.Equal(SessionText.Of("one"), (await Find(source, "one"))!.Json.ToString());
        Assert.Equal(SessionText.Of("three"), (await Find(source, "three"))!.Json.ToString());
        Assert.Empty(source.Problems);
    }

    [Fact]
    public async Task Titles_that_repeat_a_stock_opening_are_replaced_so_that_sessions_can_be_told_apart()
    {
        var stock = "<task> Consider the following issue: ...";
        var message = Some.UserInput("<task>\nConsider the following issue:\nThe parser hangs\nIt should not.");
        Write(
            "a.jsonl",
            $"{Some.SessionText("one", stock, message)}\n{Some.SessionText("two", "<task> Parser trouble", message)}\n{Some.SessionText("three", stock)}"
        );

        var list = await Source().FindNewestAsync(10, false, Caller.Local, Cancelled);

        Assert.Equal(
            [("one", "The parser hangs"), ("three", stock), ("two", "<task> Parser trouble")],
            list.OrderBy(one => one.SessionId).Select(one => (one.SessionId, one.GeneratedTitle!))
        );
        var session = await Find(Source(), "one");
        Assert.Equal("The parser hangs", session!.Summary.GeneratedTitle);
        Assert.Contains(stock, session.Json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_much_happened_in_a_session_is_counted_for_a_list_and_again_when_the_file_has_changed()
    {
        Write("a.json", Some.SessionText("one", null, Some.UserInput("Why?"), Some.FailedToolUse("build"), Some.Text("Because.")));
        var source = Source();
        var before = await FactsAsync();
        Write("a.json", Some.SessionText("one", null, Some.UserInput("Why?"), Some.ToolUse("build"), Some.Text("It is fixed.")));
        await Find(source, "one");
        var after = await FactsAsync();

        Assert.Equal((1, 1, 1, "Because."), (before!.Turns, before.ToolCalls, before.Failed, before.Ending));
        Assert.Equal((0, "It is fixed."), (after!.Failed, after.Ending));

        async Task<SessionFacts?> FactsAsync() =>
            await source.FindFactsAsync((await source.FindNewestAsync(1, false, Caller.Local, Cancelled))[0], Cancelled);
    }

    [Fact]
    public async Task A_long_session_is_not_read_for_a_line_of_a_list()
    {
        Write("a.json", Some.SessionText("one", null, Some.Text(new string('x', 5 << 20))));
        var source = Source();

        Assert.Null(await source.FindFactsAsync((await source.FindNewestAsync(1, false, Caller.Local, Cancelled))[0], Cancelled));
    }

    [Theory]
    [InlineData("a.jsonl", true)]
    // All before it would have to be read.
    [InlineData("a.jsonl.gz", false)]
    public async Task A_session_behind_a_long_one_is_counted_for_a_list_unless_the_file_is_compressed(string name, bool isCounted)
    {
        var lines =
            $"{Some.SessionText("long", null, Some.Text(new string('x', 5 << 20)))}\n{Some.SessionText("short", null, Some.Text("Yes."))}\n";
        Write(name, name.EndsWith("gz", StringComparison.Ordinal) ? Gzip(lines) : Encoding.UTF8.GetBytes(lines));
        var source = Source();

        var listed = (await source.FindNewestAsync(2, false, Caller.Local, Cancelled)).Single(one => one.SessionId == "short");

        Assert.Equal(isCounted ? "Yes." : null, (await source.FindFactsAsync(listed, Cancelled))?.Ending);
    }

    [Fact]
    public async Task Listed_sessions_are_read_file_by_file_and_those_that_changed_are_left_out()
    {
        Write("a.jsonl.gz", Gzip(string.Concat(Enumerable.Range(0, 50).Select(n => $"{SessionText.Of($"a{n}")}\n"))));
        Write("b.jsonl", $"{SessionText.Of("b1")}\n{SessionText.Of("b2")}\n");
        Write("c.json", SessionText.Of("c"));
        var changed = Write("d.json", SessionText.Of("d"));
        var gone = Write("e.json", SessionText.Of("e"));
        var source = Source();
        var listed = await source.FindNewestAsync(100, false, Caller.Local, Cancelled);
        await File.AppendAllTextAsync(changed, " ", Cancelled);
        File.Delete(gone);

        var read = await source
            .ReadAsync([.. listed, new("elsewhere", "", null, [], null)], Caller.Local, Cancelled)
            .ToListAsync(Cancelled);

        Assert.Equal(
            Enumerable.Range(0, 50).Select(n => $"a{n}").Concat(["b1", "b2", "c"]).Order(),
            read.Select(session => session.Summary.SessionId).Order()
        );
        Assert.All(read, session => Assert.Equal(SessionText.Of(session.Summary.SessionId), session.Json.ToString()));
        Assert.All(read, session => Assert.Contains(listed, summary => ReferenceEquals(summary, session.Summary)));
    }

    [Fact]
    public async Task Either_may_be_compressed()
    {
        Write("a.json.gz", Gzip(Indented));
        Write("b.jsonl.gz", Gzip($"{SessionText.Of("one")}\n{SessionText.Of("two", says: "second")}\n"));
        var source = Source();
        Assert.Equal(["whole", "one", "two"], await IdsOf(source));
        Assert.Equal(Indented, (await Find(source, "whole"))!.Json.ToString());
        Assert.Equal("second", (await Find(source, "two"))!.Says());
    }

    [Fact]
    public async Task Compression_is_told_from_the_content_since_downloads_are_often_decompressed_under_their_old_name()
    {
        Write("a.json.gz", Indented);
        Write("b.jsonl", Gzip(SessionText.Of("one")));
        Assert.Equal(["whole", "one"], await IdsOf(Source()));
    }

    [Fact]
    public async Task A_folder_is_searched_at_any_depth_and_files_of_other_names_and_hidden_ones_are_passed_over()
    {
        Write("x/y/deep.json", Indented);
        Write("notes.txt", SessionText.Of("text"));
        Write("picture.png", [1, 2, 3]);
        Write(".hidden.json", "{");
        Write(".cache/a.json", "{");
        var source = Source();
        Assert.Equal(["whole"], await IdsOf(source));
        Assert.Empty(source.Problems);
    }

    [Theory]
    [InlineData("session.txt", "{\n \"session_id\": \"a\",\n \"events\": []\n}", "a")]
    [InlineData("sessions", "\n{\"session_id\":\"a\",\"events\":[]}\n{\"session_id\":\"b\",\"events\":[]}\n", "a,b")]
    [InlineData("one", "{\"session_id\":\"a\",\"events\":[]}", "a")]
    public async Task A_file_that_is_named_is_read_by_its_content_whatever_it_is_called(string name, string content, string ids)
    {
        Write(name, content);
        Write(name + "-compressed", Gzip(content.Replace("\"a\"", "\"c\"", StringComparison.Ordinal)));
        Assert.Equal(ids.Split(','), await IdsOf(Source(name)));
        Assert.Equal("c", (await Find(Source(name + "-compressed"), "c"))!.Summary.SessionId);
    }

    [Fact]
    public async Task Lists_newest_first_then_by_id_and_those_of_unknown_time_last()
    {
        Write(
            "a.jsonl",
            string.Join(
                '\n',
                SessionText.Of("unknown", null),
                SessionText.Of("b"),
                SessionText.Of("a"),
                SessionText.Of("B"),
                SessionText.Of("z", SessionText.Lately)
            )
        );
        Assert.Equal(["z", "B", "a", "b", "unknown"], await IdsOf(Source()));
    }

    [Fact]
    public async Task A_file_named_twice_is_read_once()
    {
        Write("a.json", Indented);
        var source = Source("a.json", "", "./a.json");
        Assert.Equal(["whole"], await IdsOf(source));
        Assert.Empty(source.Problems);
    }

    [Fact]
    public async Task What_no_file_has_is_not_found()
    {
        Write("a.json", Indented);
        Assert.Null(await Find(Source(), "other"));
        Assert.Null(await Source().FindSummaryAsync("other", Caller.Local, Cancelled));
    }

    [Fact]
    public void Nothing_is_read_before_the_first_request()
    {
        var source = Source("missing");
        Assert.Empty(source.Problems);
        Assert.Empty(Warnings);
        Assert.Equal($"files ({PathOf("missing")})", source.Name);
        Assert.EndsWith(" and 1 more)", Source("a", "b", "c", "d").Name);
    }

    [Fact]
    public async Task Lines_longer_than_any_buffer_are_found_again_at_their_place()
    {
        var lines = Enumerable
            .Range(0, 40)
            .Select(n => SessionText.Of($"s{n:00}", says: new string((char)('a' + n % 26), n * 9_973)))
            .ToList();
        var others = lines.ConvertAll(line => line.Replace("\"s0", "\"t0", StringComparison.Ordinal));
        Write("a.jsonl", string.Join("\r\n", lines));
        Write("b.jsonl.gz", Gzip(string.Join('\n', others)));
        var source = Source();
        Assert.Equal(50, (await IdsOf(source)).Count);
        foreach (var (n, line) in lines.Index())
            Assert.Equal(line, (await Find(source, $"s{n:00}"))!.Json.ToString());
        foreach (var (n, line) in others.Index().Take(10))
            Assert.Equal(line, (await Find(source, $"t{n:00}"))!.Json.ToString());
    }

    [Fact]
    public void Memory_while_scanning_is_bounded_by_the_longest_line()
    {
        var says = new string('x', 100_000);
        using (var file = File.Create(PathOf("a.jsonl")))
            for (var n = 0; n < 1_000; n++)
                file.Write(Encoding.UTF8.GetBytes(SessionText.Of($"{n}", says: says) + "\n"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var scan = new SessionFile(PathOf("a.jsonl"), FileLayout.Lines).Scan(int.MaxValue, null, Cancelled);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
        Assert.Equal(1_000, scan.Sessions.Length);
    }

    [Fact]
    public async Task Many_requests_at_once_are_all_answered()
    {
        for (var n = 0; n < 50; n++)
            Write($"{n}.json", SessionText.Of($"s{n}", says: $"{n}"));
        var source = Source();
        var found = await Task.WhenAll(Enumerable.Range(0, 500).Select(n => Find(source, $"s{n % 50}")));
        Assert.All(found.Index(), pair => Assert.Equal($"{pair.Index % 50}", pair.Item!.Says()));
    }

    [Fact]
    public async Task A_cancelled_request_ends_and_the_next_is_answered()
    {
        Write("a.json", Indented);
        var source = Source();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => source.FindAsync("whole", Caller.Local, new(canceled: true)));
        Assert.NotNull(await Find(source, "whole"));
    }
}
