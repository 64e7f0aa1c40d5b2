using System.Text;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Tests;

namespace Fuzzing;

/// <summary>A session's JSON, and everything that is derived from a session.</summary>
internal sealed class SessionTarget() : FuzzTarget("session")
{
    private static readonly string[] Names =
    [
        "type",
        "content",
        "call_id",
        "name",
        "arguments",
        "result",
        "image_attachment",
        "source_id",
        "attachment_name",
        "is_error",
        "error",
        "usage",
        "duration_ms",
        "turns",
        "output",
        "returncode",
        "exit_code",
        "command",
        "path",
        "old_string",
        "new_string",
        "patch",
        "rows",
        "timestamp",
        "\\u0074ype",
    ];

    private static readonly string[] Texts =
    [
        "user_input",
        "text",
        "thinking",
        "text_delta",
        "thinking_delta",
        "tool_call",
        "tool_result",
        "stop",
        "bash",
        "edit_file",
        "apply_patch",
        "x",
        "",
        "ls -la && cat a.py <<'EOF' | sed -i 's/a/b/' f.txt",
        "Traceback (most recent call last):\\n  File \\\"a.py\\\", line 1\\nValueError: no",
        "--- a/f\\n+++ b/f\\n@@ -1,2 +1,2 @@\\n-old\\n+new\\n same",
        "*** Begin Patch\\n*** Update File: f\\n@@\\n-old\\n+new\\n*** End Patch",
        "{\\\"rows\\\":[{\\\"a\\\":1,\\\"b\\\":\\\"x\\\"},{\\\"a\\\":2,\\\"b\\\":\\\"y\\\"},{\\\"a\\\":3,\\\"b\\\":\\\"z\\\"}]}",
        "line 1\\nline 2\\nline 3\\nerror: it failed\\nexit code 1",
        "漢字仮名 👩‍👩‍👧‍👦 \\ud83d",
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        "python - <<'EOF'\\nopen('f','w').write('a')\\nEOF",
    ];

    private static readonly string[] Tools = ["bash", "edit_file", "apply_patch", "read_file", "search", "python"];

    private static readonly Lazy<byte[][]> Seeds = new(() => [.. MakeSeeds().Select(Encoding.UTF8.GetBytes)]);

    public override int InputsInTests => 120;

    public override byte[] Make(Random random) =>
        random.Next(2) == 0
            ? Mutations.Mutate(random, Seeds.Value[random.Next(Seeds.Value.Length)])
            : Mutations.Mutate(random, Encoding.UTF8.GetBytes(OfOddEvents(random)));

    public override Task RunAsync(byte[] input, CancellationToken cancellationToken)
    {
        try
        {
            DerivedForms.Check(SessionJson.Read(input, "The input"), cancellationToken);
            SessionJson.ReadSummary(input, "The input");
        }
        catch (ChatSessionException refusal)
        {
            Fuzz.CheckSentence(refusal.Message);
        }
        return Task.CompletedTask;
    }

    /// <summary>A session whose events have fields of all kinds of events, in any form.</summary>
    public static string OfOddEvents(Random random)
    {
        var events = Enumerable.Range(0, random.Next(1, 30)).Select(_ => Event(random));
        var job = random.Next(3) == 0 ? $",\"job_metadata\":{OddJson.Object(random, Names, Texts, 2)}" : "";
        var source = random.Next(3) == 0 ? $",\"source\":{OddJson.Object(random, ["format", "cwd", "models", "parent"], Texts, 2)}" : "";
        return $"{{\"session_id\":\"s\",\"generated_title\":{OddJson.Value(random, Names, Texts, 1)}{job}{source},\"events\":[{string.Join(',', events)}]}}";
    }

    /// <summary>Most often the fields of a kind of event, the values being odd; at times any fields.</summary>
    private static string Event(Random random)
    {
        var call = $"\"call_id\":\"{"abc"[random.Next(3)]}\",\"name\":\"{Tools[random.Next(Tools.Length)]}\"";
        return random.Next(10) switch
        {
            0 => OddJson.Object(random, Names, Texts, depth: 3),
            1 => $"{{\"type\":\"stop\",\"is_error\":{Value()},\"error\":{Value()},\"usage\":{Fields()}}}",
            2 or 3 => $"{{\"type\":\"tool_call\",{call},\"arguments\":{(random.Next(4) == 0 ? Value() : Fields())}}}",
            4 or 5 =>
                $"{{\"type\":\"tool_result\",{call},\"result\":{(random.Next(2) == 0 ? Value() : Fields())},\"image_attachment\":{Value()}}}",
            _ => $"{{\"type\":\"{Texts[random.Next(5)]}\",\"content\":{Value()}}}",
        };

        string Value() => OddJson.Value(random, Names, Texts, 2);

        string Fields() => OddJson.Object(random, Names, Texts, 2);
    }

    private static IEnumerable<string> MakeSeeds()
    {
        SomeEvents[] all =
        [
            Some.UserInput("Why do the tests fail?\n1. First.\n2. Second."),
            Some.Thinking("I look."),
            Some.TextDelta("I "),
            Some.TextDelta("look."),
            Some.ToolUse("bash", """{"command":"cd a && pytest -q"}""", """{"output":"1 failed\nE   ValueError: x","returncode":1}"""),
            Some.ToolUse("edit_file", """{"path":"a.py","old_string":"a","new_string":"b"}""", "\"ok\""),
            Some.ToolUse("look", image: ("src/1", "a/b.png")),
            Some.ToolUse("query", "{}", """{"rows":[{"id":1,"n":"a"},{"id":2,"n":"b"},{"id":3,"n":"c"}]}"""),
            Some.FailedToolUse("fetch"),
            Some.ToolUse("bash", """{"command":"ls"}""", """{"output":"password = hunter2hunter2\nghp_aaaa"}"""),
            Some.ToolUse("bash", """{"command":"ls"}""", """{"output":"same"}"""),
            Some.ToolUse("bash", """{"command":"ls"}""", """{"output":"same"}"""),
            Some.UnansweredToolUse("wait"),
            Some.Text("It is `a.py`."),
            Some.Stop(),
            Some.UserInput("No, that is wrong."),
            Some.Stop("out of memory"),
        ];
        yield return Some.SessionText("ses-1", "Tests", all);
        yield return Some.ImportedText("ses-2", """{"format":"codex","cwd":"/w","git_branch":"m","models":["a"]}""", all);
        yield return Some.SessionText("ses-3", null);
        yield return Some.SessionText(
            "ses-4",
            "Long",
            Some.UserInput("go"),
            Some.ToolUse("cat", result: Some.Quoted(LongText())),
            Some.Stop()
        );
    }

    private static string LongText() =>
        string.Join('\n', Enumerable.Range(0, 400).Select(number => $"line {number} of a text about lamps"));
}
