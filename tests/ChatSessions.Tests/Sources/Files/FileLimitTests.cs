using System.Text;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Sources.Files;

/// <summary>Files made to take all memory or time: what is read of them is bounded, and the rest is named.</summary>
public sealed class FileLimitTests : TempFolder
{
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
    public async Task A_file_of_something_else_is_not_read_to_its_end()
    {
        var path = Write("a.jsonl", string.Concat(Enumerable.Repeat("x\n", 20_000)));
        var source = Source();
        Assert.Empty(await IdsOf(source));
        Assert.Contains(source.Problems, problem => problem.Sentence.StartsWith($"{path} has more than 10,000 lines"));
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
