using ChatSessions.Model;
using ChatSessions.Sources;
using Xunit;

namespace ChatSessions.Tests.Sources.Files;

/// <summary>What is in files and cannot be read is named, and the rest is served.</summary>
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
}
