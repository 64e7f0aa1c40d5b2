using ChatSessions.Model;

namespace ChatSessions.Tests.Condensing;

/// <summary>
/// A small set of sessions like those of real agents, for figures that must never fall. It covers what public data sets contain, and what
/// they lack (several runs, deltas, parallel calls, polling, rows of JSON, passages read again, CJK).
/// </summary>
internal static class AgentSessions
{
    public static IReadOnlyList<Session> All { get; } =
    [
        Made("bug", seed: 1, texts => Fix(texts, steps: 30, failEach: 7)),
        Made("failures", seed: 2, texts => Fix(texts, steps: 40, failEach: 3)),
        Made("long", seed: 3, texts => Fix(texts, steps: 70, failEach: 18)),
        Made("thinking", seed: 4, texts => Fix(texts, steps: 20, failEach: 9, thoughts: 160)),
        Made("parallel", seed: 5, Parallel),
        Made("reading again", seed: 6, ReadAgain),
        Made("orders", seed: 7, Orders),
        Made("rows", seed: 8, QueriedRows),
        Made("retrieval", seed: 9, Retrieval),
        Made("polling", seed: 10, Polling),
        Made("runs", seed: 11, Runs),
        Made("broken off", seed: 12, BrokenOff),
        Made("CJK", seed: 13, texts => Retrieval(texts, isCjk: true)),
        Made("little", seed: 14, texts => Fix(texts, steps: 2, failEach: 2)),
    ];

    private static Session Made(string id, int seed, Func<AgentTexts, IEnumerable<SomeEvents>> events) =>
        Some.Session(id, $"What is it with {id}?", [.. events(new AgentTexts(seed))]);

    /// <summary>A coding agent with one tool.</summary>
    private static IEnumerable<SomeEvents> Fix(AgentTexts texts, int steps, int failEach, int thoughts = 25)
    {
        yield return Some.UserInput($"Fix {texts.Name()}: {texts.Prose(150)}\n\n{texts.Traceback(4)}");
        for (var step = 1; step <= steps; step++)
        {
            yield return step % 2 == 0 ? Some.Text(texts.Prose(20)) : Some.Thinking(texts.Prose(thoughts));
            var (command, output) = (step % 8) switch
            {
                0 => ("ls -la src", texts.Listing(25)),
                1 => ($"grep -rn \"{texts.Name()}\" src | head -20", texts.Matches(12)),
                2 => ($"sed -n '{step},{step + 90}p' {texts.Path()}", texts.Code(40)),
                3 => ($"cat {texts.Path()}", texts.Code(25)),
                4 => ($"cat > {texts.Path()} <<'EOF'\n{texts.Code(12)}EOF", ""),
                5 => ($"git diff {texts.Path()}", texts.Diff(2)),
                6 => ($"python - <<'EOF'\n{texts.Code(3)}EOF", $"{texts.Below(100_000)}\n"),
                _ => ("python -m pytest -q", texts.TestRun(90, isFailed: false)),
            };
            var isFailed = step % failEach == 0;
            if (isFailed)
                output = step % 2 == 0 ? texts.TestRun(60, isFailed: true) : texts.Traceback(5);
            yield return Bash(command, output, isFailed ? 1 : 0);
        }
        yield return Some.Text($"Done: {texts.Prose(60)}");
        yield return Some.Stop(inputTokens: 400_000 + texts.Below(9_999), outputTokens: 12_345);
    }

    private static IEnumerable<SomeEvents> Parallel(AgentTexts texts)
    {
        yield return Some.UserInput($"Compare the files. {texts.Prose(30)}");
        for (var round = 0; round < 6; round++)
        {
            var ids = Enumerable.Range(0, 6).Select(n => $"call-{round}-{n}").ToList();
            foreach (var id in ids)
                yield return Some.ToolCall("read_file", $$"""{"path":{{Some.Quoted(texts.Path())}},"limit":200}""", id);
            foreach (var id in ids.AsEnumerable().Reverse())
                yield return Some.ToolResult(
                    "read_file",
                    texts.Below(6) == 0 ? Some.Quoted($"Error: {texts.Prose(9)}") : $$"""{"content":{{Some.Quoted(texts.Code(25))}}}""",
                    id
                );
            yield return Some.Text(texts.Prose(30));
        }
        yield return Some.Stop();
    }

    private static IEnumerable<SomeEvents> ReadAgain(AgentTexts texts)
    {
        var (path, code, listing) = (texts.Path(), texts.Code(60), texts.Listing(30));
        yield return Some.UserInput($"Tidy {path}. {texts.Prose(40)}");
        for (var round = 0; round < 8; round++)
        {
            yield return Bash("ls -la", listing);
            yield return Bash($"cat {path}", code);
            yield return Some.ToolUse(
                "edit",
                $$"""{"path":{{Some.Quoted(path)}},"text":{{Some.Quoted(texts.Code(4))}}}""",
                """{"ok":true}"""
            );
            code = code.Insert(code.IndexOf('\n', code.Length / 2) + 1, texts.Code(1));
            yield return Bash("python -m pytest -q", texts.TestRun(40, isFailed: round % 3 == 1), round % 3 == 1 ? 1 : 0);
        }
        yield return Some.Text(texts.Prose(50));
        yield return Some.Stop();
    }

    /// <summary>Customer service: many questions, one call id for all calls, JSON results.</summary>
    private static IEnumerable<SomeEvents> Orders(AgentTexts texts)
    {
        for (var turn = 0; turn < 12; turn++)
        {
            yield return Some.UserInput(texts.Prose(8 + texts.Below(60)));
            yield return Some.ToolUse("get_order", $$"""{"order_id":"{{texts.Name()}}-{{turn}}"}""", texts.Rows(1)[1..^1], "call-1");
            if (turn % 4 == 1)
                yield return Some.ToolUse(
                    "refund",
                    $$"""{"order_id":"{{texts.Name()}}-{{turn}}","reason":{{Some.Quoted(texts.Prose(12))}}}""",
                    Some.Quoted($"Error: {texts.Prose(12)}"),
                    "call-1"
                );
            yield return Some.Text(texts.Prose(40));
            yield return Some.Stop(inputTokens: 1_000 * turn, outputTokens: 77);
        }
    }

    private static IEnumerable<SomeEvents> QueriedRows(AgentTexts texts)
    {
        yield return Some.UserInput("How much was paid in each month?");
        for (var page = 0; page < 6; page++)
        {
            yield return Some.ToolUse(
                "query",
                $$"""{"sql":"select * from {{texts.Name()}} where total > {{page}}","limit":50}""",
                page % 2 == 0 ? $$"""{"rows":{{texts.Rows(40)}},"next":"page-{{page}}"}""" : texts.Rows(50)
            );
            yield return Some.Thinking(texts.Prose(20));
        }
        yield return Some.Text(texts.Prose(80));
        yield return Some.Stop();
    }

    private static IEnumerable<SomeEvents> Retrieval(AgentTexts texts) => Retrieval(texts, isCjk: false);

    private static IEnumerable<SomeEvents> Retrieval(AgentTexts texts, bool isCjk)
    {
        var passages = Enumerable.Range(0, 12).Select(_ => texts.Prose(isCjk ? 120 : 90, isCjk)).ToList();
        for (var turn = 0; turn < 3; turn++)
        {
            yield return Some.UserInput(texts.Prose(20, isCjk));
            for (var call = 0; call < 4; call++)
            {
                var found = Enumerable.Range(0, 4).Select(_ => texts.One(passages));
                var nodes = found.Select(passage =>
                    $$"""{"score":0.{{texts.Below(900) + 100}},"text":{{Some.Quoted(passage)}},"metadata":null}"""
                );
                yield return Some.ToolUse(
                    "retrieve",
                    $$"""{"query":{{Some.Quoted(texts.Prose(9, isCjk))}},"top_k":4}""",
                    $$"""{"nodes":[{{string.Join(",", nodes)}}]}"""
                );
            }
            yield return Some.Text(texts.Prose(70, isCjk));
            yield return Some.Stop();
        }
    }

    private static IEnumerable<SomeEvents> Polling(AgentTexts texts)
    {
        yield return Some.UserInput("Build it, and tell me when it is there.");
        yield return Bash("make release &", "started job 17\n");
        for (var poll = 0; poll < 40; poll++)
            yield return Some.ToolUse("job_status", """{"job":"17"}""", $$"""{"job":"17","state":"running","done":{{poll * 2}}}""");
        yield return Bash("cat build.log", texts.TestRun(120, isFailed: true), 2);
        yield return Some.Text($"It failed. {texts.Prose(20)}");
        yield return Some.Stop("the build failed: make: *** [release] Error 2");
    }

    /// <summary>Several streamed runs: deltas, some of them followed by the whole text.</summary>
    private static IEnumerable<SomeEvents> Runs(AgentTexts texts)
    {
        for (var run = 0; run < 6; run++)
        {
            yield return Some.UserInput(texts.Prose(30));
            var pieces = Enumerable.Range(0, 25).Select(_ => texts.Prose(2) + " ").ToList();
            foreach (var piece in pieces)
                yield return Some.ThinkingDelta(piece);
            yield return Bash($"cat {texts.Path()}", texts.Code(30));
            foreach (var piece in pieces)
                yield return Some.TextDelta(piece);
            yield return Some.Text(run % 2 == 0 ? string.Concat(pieces) : texts.Prose(40));
            yield return Some.Stop(run == 3 ? $"upstream: {texts.Prose(12)}" : null, inputTokens: 10_000 + run, outputTokens: 500 + run);
        }
    }

    /// <summary>Sessions where something went wrong: no result, no call, events of an unknown type, no end.</summary>
    private static IEnumerable<SomeEvents> BrokenOff(AgentTexts texts)
    {
        yield return Some.UserInput(texts.Prose(20));
        yield return Some.ToolResult("search", $$"""{"output":{{Some.Quoted(texts.Matches(14))}}}""", "of nothing");
        for (var step = 0; step < 12; step++)
        {
            yield return Some.Event($$"""{"type":"citation","page":{{step}},"text":{{Some.Quoted(texts.Prose(15))}}}""");
            yield return step % 3 == 0
                ? Some.UnansweredToolUse("search", $$"""{"query":{{Some.Quoted(texts.Prose(6))}}}""")
                : Bash($"python {texts.Path()}", texts.Traceback(6), 1);
        }
        yield return Some.Text(texts.Prose(30));
        yield return Some.Stop();
        yield return Some.UserInput("And now?");
        yield return Some.UnansweredToolUse("search", """{"query":"and now"}""");
    }

    private static SomeEvents Bash(string command, string output, int returnCode = 0) =>
        Some.ToolUse(
            "bash",
            $$"""{"command":{{Some.Quoted(command)}}}""",
            $$"""{"output":{{Some.Quoted(output)}},"returncode":{{returnCode}}}"""
        );
}
