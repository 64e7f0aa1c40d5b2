using ChatSessions.Importing;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;
using CsCheck;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class RecognitionTests : ImportTest
{
    [Fact]
    public void A_session_of_LlamaCloud_stays_as_it_came()
    {
        var one = Some.SessionText("ses-1", "One", Some.UserInput("Q"));
        var two = Some.SessionText("ses-2", "Two", Some.UserInput("Q"));

        Assert.Equal(one, Import(" \n" + one, name: "a.txt").Session.Json.ToString());
        Assert.Equal([one, two], ImportAll(Lines(one, "", two)).Select(imported => imported.Session.Json.ToString()));
        Assert.Equal(
            "{\n\"events\":[],\n\"session_id\":\"x\"}",
            Import("\uFEFF{\n\"events\":[],\n\"session_id\":\"x\"}\n").Session.Json.ToString()
        );
    }

    [Fact]
    public void A_compressed_file_is_read()
    {
        Write("a.jsonl.gz", Gzip(Some.SessionText("ses-1", "One")));
        Write("a.jsonl.zst", Zstd(Some.SessionText("ses-1", "One")));

        Assert.Single(Read("a.jsonl.gz"));
        Assert.Single(Read("a.jsonl.zst"));
    }

    [Fact]
    public void Damaged_compressed_files_are_refused_in_one_sentence()
    {
        var whole = Zstd(Some.SessionText("ses-1", "One"));
        Write("damaged.jsonl.zst", [.. whole[..4], 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        Write("cut.jsonl.zst", whole[..^8]);

        foreach (var name in (string[])["damaged.jsonl.zst", "cut.jsonl.zst"])
            Assert.Contains("not complete zstd data", Assert.Throws<ChatSessionException>(() => Read(name)).Message);
    }

    [Fact]
    public void A_small_file_that_unpacks_to_far_too_much_is_refused()
    {
        const int limit = 100_000;
        var line = """{"type":"summary","summary":"S","leafUuid":"u"}""" + "\n";
        Write("bomb.jsonl.zst", Zstd(string.Concat(Enumerable.Repeat(line, 10 * limit / line.Length))));

        var refusal = Assert.Throws<ChatSessionException>(() =>
            SessionImport.Read(PathOf("bomb.jsonl.zst"), null, limit, _ => { }, Cancelled).ToList()
        );

        Assert.Contains("unpacks to more than 400,000 bytes", refusal.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \n")]
    public void An_empty_file_is_refused(string text) => Assert.Contains("is empty", Refusal(text));

    [Theory]
    [InlineData("""{"colour":"blue"}""", "is not in a known format", "--format")]
    [InlineData("[1,2]", "is not in a known format", "--format")]
    [InlineData("Dear diary,\nnothing.", "is not valid JSON", "`chat-mcp-server import --help` names the formats.")]
    [InlineData("{\n\"messages\":[}", "(line 2, byte 13)", "import --help")]
    [InlineData("""{"id":"a","timestamp":"2026-01-01"}""", "is not in a known format", "--format")]
    [InlineData("""{"type":"summary","text":"a"}""", "is not in a known format", "--format")]
    public void A_file_of_no_known_format_is_refused_with_what_to_do(string text, string why, string remedy)
    {
        var refusal = Refusal(text);

        Assert.StartsWith(PathOf("file.jsonl"), refusal, StringComparison.Ordinal);
        Assert.Contains(why, refusal);
        Assert.Contains(remedy, refusal);
        Assert.InRange(refusal.Length, 1, PathOf("file.jsonl").Length + 180);
    }

    [Theory]
    [InlineData("""{"schema_version":"ATIF-v1.7","steps":[]}""", "Harbor")]
    [InlineData("""[{"kind":"user","captured_at":"2026-01-01","text":"Q"}]""", "Letta Code")]
    public void A_session_of_a_program_that_is_known_but_not_read_is_named_by_the_program(string first, string program)
    {
        // Messages that another format has too do not decide.
        var refusal = Refusal(Lines(first, """{"role":"user","content":"Q"}"""));

        Assert.StartsWith($"{PathOf("file.jsonl")} is a session of {program}, which is not supported.", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("claude-code", """{"type":"assistant","sessionId":"s","message":{"content":[{"type":"novelty"}]}}""")]
    [InlineData("openai", """[{"role":"critic","content":"?"}]""")]
    public void A_file_of_which_nothing_is_understood_is_refused(string format, string text)
    {
        Assert.Empty(ImportAll(text));
        Assert.Contains($"looks like {format}, but nothing in it could be read", Assert.Single(Broken));
    }

    [Fact]
    public void A_missing_file_is_told() =>
        Assert.Contains("No file or folder", Assert.Throws<ChatSessionException>(() => Read("none")).Message);

    [Fact]
    public void The_format_that_was_asked_for_overrides()
    {
        const string Bare = """{"messages":[{"content":"?","role":"user","type":"note"}]}""";

        Assert.Contains("is not in a known format", Refusal(Bare));
        Assert.Equal(["user: ?"], Shown(Import(Bare, OpenAiMessages.Format).Session));
        Assert.Contains("is not a chat session", Refusal("{\n}", LlamaCloudSession.Format));
        Assert.Contains("contains no messages", Refusal("{\n}", OpenAiMessages.Format));
    }

    [Theory]
    [InlineData("claude-code", """{"type":"user","sessionId":"s","message":{"content":"Q"}}""", "")]
    [InlineData(
        "codex",
        """{"timestamp":"2026-02-01T09:00:00Z","type":"event_msg","payload":{"type":"user_message","message":"Q"}}""",
        "\0\0"
    )]
    public void A_broken_line_of_a_transcript_is_named_and_the_others_are_read(string format, string line, string torn)
    {
        var imported = Import(Lines("{\"a\" 1}", line, "{\"type\":\"us", torn, line));

        var brokenLines = torn.Length > 0 ? 3 : 2;
        Assert.Equal(["user: Q", "user: Q"], Shown(imported.Session));
        Assert.Equal(brokenLines, Broken.Count);
        Assert.StartsWith($"{PathOf("file.jsonl")}, line 1 is not valid JSON", Broken[0], StringComparison.Ordinal);
        Assert.Contains(", line 3 is not valid JSON", Broken[1], StringComparison.Ordinal);
        Assert.Equal(brokenLines, imported.Session.Json.Property("source").Property("broken_lines").AsInt64());
        Assert.Contains(imported.Notes, note => note == $"Broken lines skipped: {brokenLines}.");
        Assert.Empty(ImportAll("oh", ImportFormats.Known.Parse(format)));
        Assert.Contains(", line 1 is not valid JSON", Broken[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_formats_are_read_and_others_refused()
    {
        Assert.Equal(ImportFormats.Known.All, ImportFormats.Known.Names.Select(ImportFormats.Known.Parse));
        Assert.Contains("claude-code", Assert.Throws<ChatSessionException>(() => ImportFormats.Known.Parse("word")).Message);
    }

    [Fact]
    public void A_format_is_known_wherever_formats_are_named()
    {
        var formats = new ImportFormats([.. ImportFormats.Known.All, MadeUpFormat.Format]);

        Assert.Contains("diary", Assert.Throws<ChatSessionException>(() => formats.Parse("word")).Message);
        Assert.Same(MadeUpFormat.Format, formats.Of(new RawJson("{\"diary\":\"a\"}"u8.ToArray())));
    }

    [Fact]
    public void A_compressed_file_that_unpacks_to_a_thousand_times_its_size_is_not_read_to_its_end()
    {
        var line = Some.SessionText("ses-1", new string('x', 400)) + "\n";
        Write("bomb.jsonl.gz", Gzip(string.Concat(Enumerable.Repeat(line, 100))));

        var refusal = Assert.Throws<ChatSessionException>(() =>
            SessionImport.Read(PathOf("bomb.jsonl.gz"), null, 1000, _ => { }, Cancelled).ToList()
        );

        Assert.Equal(ChatSessionError.TooLarge, refusal.Error);
        Assert.StartsWith($"{PathOf("bomb.jsonl.gz")} unpacks to more than 4,000 bytes", refusal.Message);
    }

    [Theory]
    [InlineData(300, "The session made from")] // Each line is smaller.
    [InlineData(50, "line 1 is over the size limit")]
    public void A_session_larger_than_the_limit_is_refused(int limit, string why)
    {
        var line = """{"type":"user","sessionId":"s","message":{"content":"0123456789012345678901234567890123456789"}}""" + "\n";
        var path = Write("large.jsonl", string.Concat(Enumerable.Repeat(line, 10)));

        var refusal = Assert.Throws<ChatSessionException>(() =>
            SessionImport.Read(path, ClaudeCodeTranscript.Format, limit, _ => { }, Cancelled).ToList()
        );

        Assert.Equal(ChatSessionError.TooLarge, refusal.Error);
        Assert.Contains(why, refusal.Message);
    }

    [Fact]
    public void A_file_that_cannot_be_looked_at_within_the_limit_is_refused()
    {
        var path = Write("large.json", Some.SessionText("ses-1", new string('x', 1000)));

        var refusal = Assert.Throws<ChatSessionException>(() => SessionImport.Read(path, null, 500, _ => { }, Cancelled).ToList());

        Assert.Equal(ChatSessionError.TooLarge, refusal.Error);
    }

    [Fact]
    public void Whatever_lines_there_are_what_comes_out_is_a_session_and_its_calls_pair_up()
    {
        string[] claude =
        [
            """{"type":"user","sessionId":"s","message":{"content":"Q"}}""",
            """{"type":"user","sessionId":"s","message":{"content":[{"type":"tool_result","tool_use_id":"t","content":[1,null,"x"]}]}}""",
            """{"type":"assistant","sessionId":"s","message":{"id":"m","content":[{"type":"tool_use","id":"t","name":"f","input":{}}],"usage":{"input_tokens":"x"}}}""",
            """{"type":"assistant","message":{"content":"\ud800","stop_reason":"end_turn"}}""",
            """{"type":"assistant","message":null}""",
            """{"type":"user","message":{"content":{"a":[]}}}""",
            """{"type":"custom-title","customTitle":"\ud800"}""",
            """{"type":"assistant","isSidechain":true,"agentId":"\udfff","cwd":"\ud800","message":{"id":"\ud800","content":[{"type":"tool_use","id":"\ud800","name":"\ud800","input":[]}]}}""",
            """{"type":7,"message":{"content":[[]]}}""",
            """{"type":"system"}""",
            "null",
            "[]",
        ];
        string[] codex =
        [
            """{"type":"response_item","payload":{"type":"function_call","name":"f","call_id":"t","arguments":"{"}}""",
            """{"type":"response_item","payload":{"type":"function_call_output","call_id":"t","output":null}}""",
            """{"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"Q"}]}}""",
            """{"type":"response_item","payload":{"type":"message"}}""",
            """{"type":"response_item","payload":{"type":"\ud800_call","\ud800":1}}""",
            """{"type":"response_item","payload":{"type":"message","role":"\ud800","content":"x"}}""",
            """{"type":"response_item","payload":7}""",
            """{"type":"event_msg","payload":{"type":"user_message","message":"Q"}}""",
            """{"type":"event_msg","payload":{"type":"task_complete"}}""",
            """{"type":"event_msg","payload":{"type":"token_count","info":null}}""",
            """{"type":"session_meta","payload":{"id":""}}""",
            "3",
        ];
        Check(claude, ClaudeCodeTranscript.Format);
        Check(codex, CodexRollout.Format);

        void Check(string[] lines, ImportFormat format) =>
            Gen.Int[0, lines.Length - 1]
                .Select(index => lines[index])
                .Array[1, 30]
                .Sample(
                    chosen =>
                    {
                        foreach (var (session, _, _, _) in ImportAll(Lines(chosen), format))
                        {
                            Generated.AssertWhole(SessionJson.Read(session.Json.Utf8, "again"));
                            var calls = session.Events.Count(one => one is ToolCallEvent);
                            var results = session.Events.Count(one => one is ToolResultEvent);
                            Assert.Equal(
                                session.ToolUses.Count(),
                                calls + results - session.ToolUses.Count(use => use is { Call: not null, Result: not null })
                            );
                            Assert.All(
                                session.ToolUses,
                                use => Assert.Equal(use.Call?.CallId ?? use.Result!.CallId, use.Result?.CallId ?? use.Call!.CallId)
                            );
                        }
                    },
                    iter: 200,
                    threads: 1
                );
    }

    private List<ImportedSession> Read(string name) =>
        [.. SessionImport.Read(PathOf(name), null, FileSource.DefaultMaxSessionBytes, _ => { }, Cancelled)];
}
