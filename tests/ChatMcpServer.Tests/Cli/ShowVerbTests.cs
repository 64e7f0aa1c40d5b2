using System.Text.Json;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class ShowVerbTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_sample_is_shown_by_its_id_and_said_to_be_one()
    {
        var run = await CliProcess.RunAsync("show", "ses-sample-failing-tests");

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("Session: ses-sample-failing-tests\nTitle: The date parser", run.Output, StringComparison.Ordinal);
        Assert.Contains("built-in samples", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task A_file_in_a_folder_that_may_not_be_entered_is_not_said_to_be_missing()
    {
        var shell = await CliShell.WithFileModesAsync();
        Directory.CreateDirectory(Path.Combine(folder.Path, "closed"));
        folder.Write("closed/a.jsonl", "{}");

        var run = await CliProcess.RunInShellAsync(
            shell,
            $"cd {folder.Path}; chmod 0 closed; $CLI show closed/a.jsonl; code=$?; chmod 700 closed; exit $code",
            []
        );

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("No permission to read closed/a.jsonl.", run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_shown_whatever_else_is_configured()
    {
        var path = folder.Write("mine", Some.SessionText("ses-1", "Mine", Some.UserInput("Why?"), Some.Stop()));

        var run = await CliProcess.RunWithAsync(
            new() { ["LLAMA_CLOUD_BASE_URL"] = "nonsense", ["LLAMA_CLOUD_API_KEY"] = "k" },
            "show",
            path
        );

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("\nTitle: Mine\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("\n#0 user: Why?\n", run.Output, StringComparison.Ordinal);
    }

    private const string Transcript = """
        {"type":"user","sessionId":"ses-b","message":{"content":"Q"}}
        {"type":"assistant","sessionId":"ses-b","message":{"role":"assistant","content":[{"type":"text","text":"A"}]}}
        """;

    [Theory]
    [InlineData("b.jsonl", "{0}")]
    [InlineData("one b.jsonl", "'{0}'")]
    public async Task A_transcript_of_another_program_is_named_with_the_command_that_imports_it(string name, string typed)
    {
        var path = folder.Write(name, Transcript);
        var expected =
            $"{path} holds transcripts of Claude Code. Import it with `chat-mcp-server import {typed.Replace("{0}", path)}`, then show its sessions.";

        var show = await CliProcess.RunAsync("show", path);
        var list = await CliProcess.RunAsync("list", "--archive", "none", "--sessions", folder.Path);
        var piped = await CliProcess.RunInShellAsync($"cat '{path}' | $CLI show -");

        Assert.Equal((1, expected), (show.ExitCode, show.ErrorLine));
        var all = expected.Replace($"import {typed.Replace("{0}", path)}`", $"import {folder.Path}`");
        Assert.Equal((1, $"Not listed: {all}"), (list.ExitCode, list.Error.TrimEnd().Split('\n')[^1]));
        Assert.EndsWith("`chat-mcp-server import -`, then show its sessions.", piped.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_shown_raw_says_of_no_secret_that_it_is_hidden()
    {
        var path = folder.Write(
            "mine",
            Some.SessionText("ses-1", "Mine", Some.UserInput("ghp_" + new string('a', 18) + "B1c2D3e4F5g6H7i8J9"))
        );

        var shown = await CliProcess.RunAsync("show", path);
        var raw = await CliProcess.RunAsync("show", path, "--raw");
        var events = await CliProcess.RunAsync("show", path, "--event", "0", "--raw");

        Assert.Contains("Hidden as [redacted:…]", shown.Output, StringComparison.Ordinal);
        Assert.All((string[])[raw.Output, events.Output], output => Assert.Contains("B1c2D3e4", output, StringComparison.Ordinal));
        Assert.All((string[])[raw.Output, events.Output], output => Assert.DoesNotContain("redacted", output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_marker_is_opened_by_its_event_and_offset()
    {
        var path = folder.Write("mine", Some.SessionText("ses-1", "Mine", Some.UserInput(new string('x', 9_000) + "the end"), Some.Stop()));

        var first = await CliProcess.RunAsync("show", path, "--event", "0", "--max-tokens", "500");
        var last = await CliProcess.RunAsync("show", path, "--event", "#0", "--offset", "9030");
        var json = await CliProcess.RunAsync("show", path, "--event", "0-1", "--json");

        Assert.StartsWith("Session: ses-1\n", first.Output, StringComparison.Ordinal);
        Assert.Matches(
            $"^Read on: chat-mcp-server show {path} --event 0 --offset [0-9]+ --max-tokens 500\n$",
            first.Error.ReplaceLineEndings("\n")
        );
        Assert.EndsWith("the end\"}\n", last.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Empty(last.Error);
        Assert.Equal(2, JsonDocument.Parse(json.Output).RootElement.GetProperty("pages").GetArrayLength());
    }

    [Fact]
    public async Task A_command_to_read_on_names_the_same_files_and_there_is_none_for_a_pipe()
    {
        var path = folder.Write("mine.json", Some.SessionText("ses-1", "Mine", Some.UserInput(new string('x', 9_000))));

        var byId = await CliProcess.RunAsync("show", "ses-1", "--event", "0", "--max-tokens", "500", "--sessions", path);
        var piped = await CliProcess.RunInShellAsync($"cat {path} | $CLI show - --event 0 --max-tokens 500");

        Assert.EndsWith($" --max-tokens 500 --sessions {path}\n", byId.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal((0, ""), (piped.ExitCode, piped.Error));
    }

    [Fact]
    public async Task A_whole_session_is_printed_in_the_form_of_other_programs()
    {
        var path = folder.Write(
            "mine",
            Some.SessionText(
                "ses-1",
                "Mine",
                Some.UserInput("Why\u202E?"),
                Some.Event("{\n\"type\": \"text\",\r\n\"content\": \"So.\"}"),
                Some.Stop()
            )
        );

        var markdown = await CliProcess.RunAsync("show", path, "--format", "markdown");
        var lines = (await CliProcess.RunAsync("show", path, "--format", "jsonl")).Output.ReplaceLineEndings("\n").Split('\n')[..^1];
        var openAi = await CliProcess.RunAsync("show", path, "--format", "openai");
        var messages = await CliProcess.RunAsync("show", path, "--format", "messages");

        Assert.StartsWith("```text\nSession: ses-1\n", markdown.Output, StringComparison.Ordinal);
        Assert.Equal(["user_input", "text", "stop"], lines.Select(line => JsonElement.Parse(line).GetProperty("type").GetString()));
        Assert.Equal("""[{"role":"user","content":"Why\u202E?"},{"role":"assistant","content":"So."}]""", openAi.Output.Trim());
        Assert.Equal(2, JsonElement.Parse(messages.Output).GetArrayLength());
        Assert.All((string[])[markdown.Output, .. lines, openAi.Output, messages.Output], text => Assert.Empty(Hidden.In(text)));
    }

    [Theory]
    [InlineData(2, "The session id is empty. Pass one such as 'ses-abc123'. `chat-mcp-server list --archive none` shows the ids.", "")]
    [InlineData(1, "No file /nonexistent/x.json, and no session with that id in built-in samples.", "/nonexistent/x.json")]
    [InlineData(1, "No session or file 'ses-nope' in built-in samples.", "ses-nope")]
    [InlineData(1, "There is no event #100 to begin after: this session has ", "ses-sample-lamp-order", "--since-event", "100")]
    public async Task What_is_not_there_is_named_in_the_words_of_the_command_line(int exitCode, string said, params string[] arguments)
    {
        var run = await CliProcess.RunAsync(["show", .. arguments, "--archive", "none"]);

        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(said, run.ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--offset is where to begin in an event. Name the event too, as in --event 57 --offset 400.", "--offset", "4")]
    [InlineData("--event prints events as they were recorded, and --turns has no meaning for them.", "--event", "0", "--turns", "1")]
    [InlineData("--event prints events as they were recorded, and --format has no meaning for them.", "--event", "0", "--format", "jsonl")]
    [InlineData(
        "--format jsonl prints the whole session. Leave --focus out, or use --format markdown.",
        "--format",
        "jsonl",
        "--focus",
        "x"
    )]
    [InlineData("--format and --json are two forms. Leave one out.", "--format", "openai", "--json")]
    [InlineData("Invalid --format 'html'. Use markdown, jsonl, openai or messages.", "--format", "html")]
    [InlineData("Invalid events 'x'. Use a position such as 57", "--event", "x")]
    [InlineData("Invalid --offset 'x'. Use a whole number, 0 or more.", "--event", "0", "--offset", "x")]
    public async Task Options_that_do_not_go_together_are_refused(string said, params string[] options)
    {
        var run = await CliProcess.RunAsync(["show", "ses-sample-lamp-order", .. options]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(said, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_the_session_does_not_have_is_refused()
    {
        var run = await CliProcess.RunAsync("show", "ses-sample-lamp-order", "--event", "99");

        Assert.Equal((1, "events 99: this session has 21 events, #0 to #20."), (run.ExitCode, run.Error.Trim()));
    }

    [Theory]
    [InlineData("cat '{0}' | $CLI show -")]
    [InlineData("gzip -c '{0}' | $CLI show -")]
    [InlineData("cat '{0}' | $CLI show /dev/stdin")]
    [InlineData("$CLI show /dev/stdin < '{0}'")]
    [InlineData("exec 9<<END\n$(cat '{0}')\nEND\n$CLI show /dev/fd/9")]
    public async Task A_pipe_is_shown(string line)
    {
        var path = folder.Write("mine", Some.SessionText("ses-1", "Mine", Some.UserInput("Why?"), Some.Stop()));

        var run = await CliProcess.RunInShellAsync(line.Replace("{0}", path));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("\nTitle: Mine\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yes 2>/dev/null | $CLI show - --max-session-mb 1", "Standard input is over the limit for a pipe (1,048,576 bytes).")]
    [InlineData(": | $CLI show -", "Standard input is empty; it contains no chat session.")]
    public async Task A_pipe_that_holds_no_session_is_one_line(string line, string said)
    {
        var run = await CliProcess.RunInShellAsync(line);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(said, run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_of_many_in_a_file_is_shown_by_its_id_and_the_file()
    {
        var path = folder.Write(
            "many.jsonl",
            [.. Enumerable.Range(1, 7).Select(id => Some.SessionText($"ses-{id}", null, Some.UserInput($"{id}?")))]
        );

        var many = await CliProcess.RunAsync("show", path);
        var one = await CliProcess.RunAsync("show", "ses-6", "--sessions", path);

        Assert.Equal((2, ""), (many.ExitCode, many.Output));
        Assert.Equal(
            $"{path} contains 7 sessions. Pass one id: `chat-mcp-server show ses-1 --sessions {path}`. "
                + "The ids are ses-1, ses-2, ses-3, ses-4, ses-5 and more.",
            many.ErrorLine
        );
        Assert.Contains("\n#0 user: 6?\n", one.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_of_a_session_can_be_asked_for()
    {
        var path = folder.Write(
            "s.json",
            Some.SessionText("ses-1", null, Some.UserInput("one"), Some.Text("1"), Some.UserInput("two"), Some.Text("2"))
        );

        var turn = await CliProcess.RunAsync("show", path, "--turns", "last");
        var since = await CliProcess.RunAsync("show", path, "--since-event", "2");
        var end = await CliProcess.RunAsync("show", path, "--last-events", "1");
        var focused = await CliProcess.RunAsync("show", path, "--focus", "TWO");
        var none = await CliProcess.RunAsync("show", path, "--turns", "3");

        Assert.DoesNotContain("#1 ", turn.Output, StringComparison.Ordinal);
        Assert.Contains("#2 user: two", turn.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("#2 user", since.Output, StringComparison.Ordinal);
        Assert.Contains("#3 text: 2", since.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("#2 user", end.Output, StringComparison.Ordinal);
        Assert.Contains("#3 text: 2", end.Output, StringComparison.Ordinal);
        Assert.Contains("\nFocus: TWO\n", focused.Output, StringComparison.Ordinal);
        Assert.Equal((1, "turns 3: this session has 2 turns."), (none.ExitCode, none.ErrorLine));
    }

    [Fact]
    public async Task Json_is_one_document_and_the_structured_content()
    {
        var run = await CliProcess.RunAsync("show", "ses-sample-lamp-order", "--json", "--max-tokens", "500");

        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal("ses-sample-lamp-order", json.RootElement.GetProperty("session_id").GetString());
        Assert.NotEqual(0, json.RootElement.GetProperty("transcript").GetArrayLength());
        Assert.Equal(run.Output.Length - 1, run.Output.IndexOf('\n', StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_neither_a_session_nor_a_file_is_named_with_the_next_step()
    {
        folder.Write("broken.json", "{");

        var id = await CliProcess.RunAsync("show", "ses-x");
        var directory = await CliProcess.RunAsync("show", folder.Path);
        var unread = await CliProcess.RunAsync("show", "ses-x", "--sessions", folder.Path);

        Assert.Equal((1, ""), (id.ExitCode, id.Output));
        Assert.Equal("No session or file 'ses-x' in built-in samples. `chat-mcp-server list` shows the ids.", id.ErrorLine);
        Assert.Equal(1, directory.ExitCode);
        Assert.Contains($"`chat-mcp-server list --sessions {folder.Path}`", directory.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("broken.json", unread.ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s.json", "", "is empty")]
    [InlineData("s.jsonl", "\n", "is empty")]
    [InlineData("s.json", "[1]", "not a chat session")]
    [InlineData("s.json", "{\"session_id\":\"x\",", "JSON")]
    public async Task A_file_that_is_no_session_is_a_failure_that_says_why(string name, string content, string why)
    {
        var path = folder.Write(name, content);

        var run = await CliProcess.RunAsync("show", path);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(path, run.ErrorLine, StringComparison.Ordinal);
        Assert.Contains(why, run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_larger_than_the_limit_is_refused()
    {
        var path = folder.Write("s.json", Some.SessionText("ses-1", null, Some.Text(new string('x', 2 << 20))));

        var run = await CliProcess.RunAsync("show", path, "--max-session-mb", "1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("over the size limit", run.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("--max-session-mb", run.ErrorLine, StringComparison.Ordinal);
    }
}
