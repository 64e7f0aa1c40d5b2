using System.Diagnostics;
using System.Text;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Sources.Files;

public sealed class FileProblemTests : TempFolder
{
    [Fact]
    public async Task A_broken_file_is_named_in_a_warning_and_the_rest_is_served()
    {
        Write("good.json", SessionText.Of("good"));
        var broken = Write("broken.json", "{\"session_id\":");
        var source = Source();
        Assert.Equal(["good"], await IdsOf(source));
        var problem = Assert.Single(source.Problems);
        Assert.Equal((broken, null, ChatSessionError.InvalidSession), (problem.Path, problem.Line, problem.Error));
        Assert.StartsWith($"{broken} is not valid JSON", problem.Sentence);
        Assert.Equal([problem.Sentence], Warnings);
        Assert.Equal(Warnings, ((IPartlyReadable)source).Problems);
    }

    /// <summary>As of <c>gzip sessions.jsonl</c>: the header has the file's name.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(12)]
    [InlineData(20)]
    [InlineData(24)]
    public async Task Gzip_data_that_ends_within_its_header_is_not_called_empty(int length)
    {
        byte[] header = [0x1F, 0x8B, 8, 8, 1, 2, 3, 4, 0, 3, .. "sessions.jsonl\0"u8];
        Write("a.jsonl.gz", header[..length]);
        var source = Source();

        Assert.Empty(await IdsOf(source));

        Assert.StartsWith($"{PathOf("a.jsonl.gz")} is not complete gzip data.", Assert.Single(source.Problems).Sentence);
    }

    [Fact]
    public async Task A_broken_line_is_named_with_its_number_and_the_other_lines_are_served()
    {
        var path = Write("a.jsonl", $"{SessionText.Of("one")}\n\nnot json\n{SessionText.Of("two")}\n{{\"session_id\":\"cut\",\"ev");
        var source = Source();
        Assert.Equal(["one", "two"], await IdsOf(source));
        Assert.Equal([3, 5], source.Problems.Select(problem => problem.Line));
        Assert.All(source.Problems, problem => Assert.StartsWith($"{path}, line {problem.Line} is not valid JSON", problem.Sentence));
    }

    [Theory]
    [InlineData("[]", "it is not a JSON object")]
    [InlineData("{\"events\":[]}", "it has no 'session_id'")]
    [InlineData("{\"session_id\":5,\"events\":[]}", "its 'session_id' is not a string")]
    [InlineData("{\"session_id\":\"a\",\"last_updated_at\":\"\"}", "it has no 'events'")]
    [InlineData("{\"session_id\":\"a\",\"events\":\"none\"}", "it has no 'events' array")]
    [InlineData("", "is empty")]
    public async Task What_is_not_a_session_is_reported(string content, string reason)
    {
        Write("a.json", content);
        Write("b.json.gz", Gzip(content));
        var source = Source();
        Assert.Empty(await IdsOf(source));
        Assert.Equal(2, source.Problems.Count);
        Assert.All(source.Problems, problem => Assert.Contains(reason, problem.Sentence));
    }

    /// <summary>Each event takes hundreds of bytes, however short it is.</summary>
    [Fact]
    public async Task A_session_of_millions_of_events_is_refused_and_the_others_are_served()
    {
        Write("good.json", SessionText.Of("good"));
        var events = string.Join(',', Enumerable.Repeat("{}", SessionJson.MostEvents + 1));
        var path = Write("many.json", $$"""{"session_id":"many","events":[{{events}}]}""");
        var source = Source();
        Assert.Equal(["good"], await IdsOf(source));
        var problem = Assert.Single(source.Problems);
        Assert.Equal((path, ChatSessionError.TooLarge), (problem.Path, problem.Error));
        Assert.Equal(
            $"{path} has more than 1,000,000 events. No option changes this limit; split the session into several.",
            problem.Sentence
        );
        SessionJson.ReadSummary(Encoding.UTF8.GetBytes($$"""{"session_id":"many","events":[{{events[3..]}}]}"""), "as many as allowed");
    }

    [Fact]
    public async Task Of_a_file_of_a_billion_lines_the_first_million_are_read()
    {
        var path = Write("a.jsonl.gz", Gzip(SessionText.Of("a") + new string('\n', 1_000_001) + SessionText.Of("b")));
        var source = Source();
        Assert.Equal(["a"], await IdsOf(source));
        Assert.StartsWith($"{path} has more than 1,000,000 lines; the rest was not read.", Assert.Single(source.Problems).Sentence);
    }

    [Fact]
    public void Of_an_endless_file_of_empty_lines_no_more_bytes_are_read_than_lines_are_allowed()
    {
        var stream = new EndlessLines();
        var reader = new RecordReader(stream, isLines: true, new RecordLimits("a.jsonl.gz", 1 << 20, isCompressed: true));
        Assert.Throws<ChatSessionException>(() =>
        {
            while (reader.Read(TestContext.Current.CancellationToken)) { }
        });
        Assert.InRange(stream.BytesRead, RecordLimits.MaxLines, RecordLimits.MaxLines + (64 * 1024));
    }

    [Fact]
    public async Task Of_a_session_that_is_in_a_file_again_and_again_one_is_kept_and_the_others_are_counted()
    {
        var lines = string.Concat(Enumerable.Repeat(SessionText.Of("same") + "\n", 5_000));
        var path = Write("a.jsonl.gz", Gzip(lines + SessionText.Of("other")));
        var scan = new SessionFile(path, FileLayout.Lines).Scan(1 << 20, null, TestContext.Current.CancellationToken);
        Assert.Equal(["same", "other"], scan.Sessions.Select(session => session.Summary.SessionId));
        Assert.Equal(5_000, scan.Sessions[0].Line);
        var source = Source();
        Assert.Equal(["other", "same"], (await IdsOf(source)).Order());
        Assert.Equal(
            $"Session 'same' and 4,998 more is in both {path}, line 5000 and {path}, line 1; the first is newer and is served.",
            Assert.Single(source.Problems).Sentence
        );
    }

    [Fact]
    public async Task Of_a_file_with_more_sessions_than_a_list_can_hold_the_first_are_served()
    {
        var lines = string.Concat(
            Enumerable.Range(0, FoundSessions.Most + 2).Select(number => $$"""{"session_id":"{{number}}","events":[]}""" + "\n")
        );
        var path = Write("a.jsonl.gz", Gzip(lines));
        var source = Source();
        Assert.Equal(FoundSessions.Most, (await IdsOf(source)).Count);
        Assert.Equal(
            $"{path} has more than 100,000 sessions; the rest was not read. Split it into several files.",
            Assert.Single(source.Problems).Sentence
        );
    }

    [Fact]
    public async Task A_file_that_unpacks_to_several_times_what_a_session_may_have_is_not_read_to_its_end()
    {
        var line = SessionText.Of("a", says: new string('x', 5_000)) + "\n";
        var path = Write("a.jsonl.gz", Gzip(string.Concat(Enumerable.Repeat(line, 100))));
        var source = Source(maxSessionBytes: 50_000);
        Assert.Equal(["a"], await IdsOf(source));
        Assert.Contains(source.Problems, problem => problem.Sentence.StartsWith($"{path} unpacks to more than 200,000 bytes"));
    }

    [Fact]
    public async Task A_file_of_something_else_is_not_read_to_its_end()
    {
        var path = Write("a.jsonl", string.Concat(Enumerable.Repeat("x\n", 20_000)));
        var source = Source();
        Assert.Empty(await IdsOf(source));
        Assert.Contains(source.Problems, problem => problem.Sentence.StartsWith($"{path} has more than 10,000 lines"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ses\\nx")]
    [InlineData("ses-", 513)]
    public async Task A_session_whose_id_nobody_can_ask_for_is_told_and_not_listed(string id, int length = 0)
    {
        Write("a.json", SessionText.Of(id.PadRight(length, 'x')));
        Write("b.json", SessionText.Of("good"));
        var source = Source();
        Assert.Equal(["good"], await IdsOf(source));
        Assert.Contains("an invalid session_id", Assert.Single(source.Problems).Sentence);
    }

    [Fact]
    public async Task An_empty_jsonl_file_has_no_sessions_and_is_no_problem()
    {
        Write("a.jsonl", "");
        Write("b.jsonl", "\n\n");
        var source = Source();
        Assert.Empty(await IdsOf(source));
        Assert.Empty(source.Problems);
    }

    [Fact]
    public async Task A_file_of_something_else_does_not_flood_the_log()
    {
        Write("a.jsonl", string.Concat(Enumerable.Repeat("{\"name\":1}\n", 5_000)));
        var source = Source();
        Assert.Empty(await IdsOf(source));
        Assert.Equal(11, source.Problems.Count);
        Assert.Contains("5,000 lines that are not chat sessions", source.Problems[^1].Sentence);
    }

    [Fact]
    public async Task A_path_that_does_not_exist_is_a_problem_and_not_an_error()
    {
        Write("a.json", SessionText.Of("a"));
        var source = Source("a.json", "nowhere");
        Assert.Equal(["a"], await IdsOf(source));
        var problem = Assert.Single(source.Problems);
        Assert.Equal(ChatSessionError.NotFound, problem.Error);
        Assert.Contains(PathOf("nowhere"), problem.Sentence);
    }

    [Fact]
    public async Task A_session_over_the_limit_is_refused_and_those_around_it_are_served()
    {
        var large = SessionText.Of("large", says: new string('x', 300_000));
        Write("a.jsonl", $"{SessionText.Of("one")}\n{large}\n{SessionText.Of("two")}\n");
        Write("b.json", large);
        var source = Source(200_000);
        Assert.Equal(["one", "two"], await IdsOf(source));
        Assert.Equal([2, null], source.Problems.Select(problem => problem.Line));
        Assert.All(source.Problems, problem => Assert.Equal(ChatSessionError.TooLarge, problem.Error));
        Assert.Contains("200,000 bytes", source.Problems[0].Sentence);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public async Task The_limit_is_exact(int more, bool isServed)
    {
        var text = SessionText.Of("a");
        Write("a.json", text);
        Write("b.jsonl", text.Replace("\"a\"", "\"b\"", StringComparison.Ordinal) + "\n");
        Assert.Equal(isServed ? ["a", "b"] : [], await IdsOf(Source(text.Length + more)));
    }

    [Theory]
    [InlineData(FileLayout.Whole, 0)]
    [InlineData(FileLayout.Lines, 1)]
    [InlineData(FileLayout.ByContent, 1)]
    internal void Little_data_that_decompresses_to_a_lot_is_refused_in_bounded_memory(FileLayout layout, int served)
    {
        var bomb = Gzip($"{SessionText.Of("before")}\n{new string(' ', 50_000_000)}\n{SessionText.Of("after")}");
        var file = new SessionFile(Write("a.gz", bomb), layout);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var scan = file.Scan(1_000_000, null, Cancelled);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
        Assert.Equal(served, scan.Sessions.Length);
        var problem = Assert.Single(scan.Problems);
        Assert.Equal(ChatSessionError.TooLarge, problem.Error);
        Assert.Equal(
            served == 1,
            problem.Sentence.Contains("unpacks to more than 4,000,000 bytes; the rest was not read.", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Broken_compression_is_reported_and_what_came_before_it_is_served()
    {
        var bytes = Gzip(string.Join('\n', Enumerable.Range(0, 2_000).Select(n => SessionText.Of($"s{n:0000}", says: $"{n * 7919}"))));
        bytes.AsSpan(bytes.Length / 2).Fill(0xFF);
        Write("a.jsonl.gz", bytes);
        Write("b.json", SessionText.Of("b"));
        var source = Source();
        var ids = await IdsOf(source);
        Assert.InRange(ids.Count, 100, 1_900);
        Assert.Contains("b", ids);
        Assert.Equal(PathOf("a.jsonl.gz"), Assert.Single(source.Problems).Path);
    }

    [Fact]
    public async Task Data_that_only_begins_like_gzip_is_reported()
    {
        Write("a.json.gz", [0x1F, 0x8B, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
        var source = Source();
        Assert.Empty(await IdsOf(source));
        Assert.Contains("not complete gzip data", Assert.Single(source.Problems).Sentence);
    }

    [Fact]
    public async Task One_id_in_two_files_is_served_as_updated_last_and_both_are_named_once()
    {
        var older = Write("z.jsonl", $"{SessionText.Of("a", says: "older")}\n{SessionText.Of("b", says: "older")}");
        var newer = Write(
            "y.jsonl",
            $"{SessionText.Of("a", SessionText.Lately, "newer")}\n{SessionText.Of("b", SessionText.Lately, "newer")}"
        );
        File.SetLastWriteTimeUtc(newer, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var source = Source();
        Assert.Equal("newer", (await Find(source, "a"))!.Says());
        Assert.Equal(["a", "b"], await IdsOf(source));
        Time.Advance(TimeSpan.FromMinutes(1));
        await IdsOf(source);
        var warning = Assert.Single(Warnings);
        Assert.Contains(older, warning);
        Assert.Contains(newer, warning);
        Assert.Contains("'a' and 1 more", warning);
    }

    [Fact]
    public async Task One_id_updated_at_the_same_time_is_served_from_the_file_changed_last()
    {
        Write("a.json", SessionText.Of("a", says: "changed last"));
        var other = Write("b.json", SessionText.Of("a", says: "changed before"));
        File.SetLastWriteTimeUtc(other, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal("changed last", (await Find(Source(), "a"))!.Says());
    }

    [Fact]
    public async Task One_id_on_several_lines_of_a_file_is_served_from_the_last_of_the_latest()
    {
        Write(
            "a.jsonl",
            string.Join(
                '\n',
                SessionText.Of("a", says: "1"),
                SessionText.Of("a", SessionText.Lately, "2"),
                SessionText.Of("a", SessionText.Lately, "3"),
                SessionText.Of("a", says: "4")
            )
        );
        var source = Source();
        Assert.Equal("3", (await Find(source, "a"))!.Says());
        Assert.Contains("a.jsonl, line 3 and /", Assert.Single(source.Problems).Sentence);
    }

    [Fact]
    public async Task A_pipe_that_nobody_writes_to_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Run where there are named pipes in the file system");
        using (var mkfifo = Process.Start("mkfifo", PathOf("a.json")))
            await mkfifo.WaitForExitAsync(Cancelled);
        Write("b.json", SessionText.Of("b"));
        Assert.Equal(["b"], await IdsOf(Source()));
    }

    [Fact]
    public async Task Links_in_a_circle_or_to_nowhere_harm_nobody_and_a_link_to_a_file_is_followed()
    {
        var outside = Directory.CreateTempSubdirectory("chat-sessions-");
        File.WriteAllText(Path.Combine(outside.FullName, "linked.json"), SessionText.Of("linked"));
        Write("x/a.json", SessionText.Of("a"));
        Directory.CreateSymbolicLink(PathOf("x/up"), Folder);
        File.CreateSymbolicLink(PathOf("circle.json"), PathOf("circle.json"));
        File.CreateSymbolicLink(PathOf("nowhere.json"), PathOf("missing"));
        File.CreateSymbolicLink(PathOf("link.json"), Path.Combine(outside.FullName, "linked.json"));
        var source = Source();
        Assert.Equal(["a", "linked"], await IdsOf(source));
        Assert.Equal(2, source.Problems.Count);
        outside.Delete(recursive: true);
        Assert.Null(await Find(source, "linked"));
    }

    [Fact]
    public async Task An_unreadable_file_is_reported_and_is_read_once_it_can_be()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("Run as a user for whom Unix file permissions count: not as root");
            return;
        }
        File.SetUnixFileMode(Write("a.json", SessionText.Of("a")), UnixFileMode.None);
        Write("x/b.json", SessionText.Of("b"));
        File.SetUnixFileMode(PathOf("x"), UnixFileMode.None);
        Write("c.json", SessionText.Of("c"));
        var source = Source();
        Assert.Equal(["c"], await IdsOf(source));
        Assert.Equal([PathOf("x"), PathOf("a.json")], source.Problems.Select(problem => problem.Path));
        Assert.All(source.Problems, problem => Assert.Equal(ChatSessionError.Unauthorized, problem.Error));

        File.SetUnixFileMode(PathOf("a.json"), UnixFileMode.UserRead);
        File.SetUnixFileMode(PathOf("x"), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["a", "b", "c"], await IdsOf(source));
    }
}

/// <summary>Line feeds without an end.</summary>
file sealed class EndlessLines : ReadOnlyStream
{
    public long BytesRead { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        buffer.Fill((byte)'\n');
        BytesRead += buffer.Length;
        return buffer.Length;
    }
}
