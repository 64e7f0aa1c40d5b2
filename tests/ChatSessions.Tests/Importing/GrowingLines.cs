using System.Collections.Immutable;
using System.Text;
using CsCheck;
using static ChatSessions.Tests.Importing.ClaudeCodeLines;
using static ChatSessions.Tests.Importing.CodexLines;

namespace ChatSessions.Tests.Importing;

/// <summary>Transcripts at random. Ids and texts are few, so that records meet those before them.</summary>
internal static class GrowingLines
{
    private const string Side = "\"isSidechain\":true,\"agentId\":\"a1\",";

    private static readonly ImmutableArray<Func<int, string>> ClaudeCodeKinds =
    [
        n => ClaudeCodeLines.User($"u{n}", $"Plant row {n % 5}."),
        n => ClaudeCodeLines.User($"u{n}", $"Go back {n % 3}.", $"\"parentUuid\":\"u{n % 7}\","),
        n => ClaudeCodeLines.User($"u{n}", "[Request interrupted by user]"),
        n => ClaudeCodeLines.User($"u{n}", "<command-name>/clear</command-name>"),
        n => ClaudeCodeLines.User($"u{n}", "<command-message>plan</command-message><command-name>/plan</command-name>"),
        n => ClaudeCodeLines.User($"u{n}", "<local-command-stdout>ok</local-command-stdout>"),
        n => ClaudeCodeLines.User($"u{n}", $"Summary {n}", "\"isCompactSummary\":true,"),
        n => Says($"a{n}", $"Row {n % 5} is planted.", n % 3 == 0 ? "end_turn" : null),
        n => Says($"a{n}", $"Row {n % 5} needs water.", "tool_use"),
        n => Calls($"a{n}", $"c{n % 9}"),
        n => Calls($"a{n}", $"c{n % 9}", "Task", $$"""{"description":"look","subagent_type":"Explore","prompt":"Search {{n % 3}}"}"""),
        n => Answers($"r{n}", $"c{n % 9}", $"done {n}"),
        n => Answers($"r{n}", $"c{n % 9}", more: """ "toolUseResult":{"agentId":"a1"}, """),
        n => ClaudeCodeLines.User($"s{n}", $"Search {n % 3}", Side),
        n => Says($"t{n}", $"Found {n}", null, Side),
        n => ClaudeCodeLines.User($"s{n}", $"Look {n % 3}", "\"isSidechain\":true,"),
        n => Queue("enqueue", $"Plant row {n % 5}."),
        n => Queue("dequeue"),
        n => Queue("remove", $"Plant row {n % 5}."),
        _ => Queue("popAll"),
        n => Attachment($"q{n}", $$"""{"type":"queued_command","prompt":"Plant row {{n % 5}}.","commandMode":"prompt"}"""),
        n => Attachment($"f{n}", """{"type":"file","filename":"a.txt","content":"soil"}"""),
        n =>
            $$"""{"type":"system","subtype":"turn_duration","uuid":"d{{n}}","sessionId":"{{Garden}}","durationMs":{{n}},"timestamp":"2026-05-04T08:00:09Z"}""",
        n =>
            $$"""{"type":"system","subtype":"compact_boundary","uuid":"b{{n}}","sessionId":"{{Garden}}","content":"Compacted","compactMetadata":{"trigger":"auto","preTokens":155000} }""",
        n => $$"""{"type":"summary","summary":"Rows {{n}}","leafUuid":"u{{n % 7}}"}""",
        n => $$"""{"type":"custom-title","customTitle":"Title {{n}}","sessionId":"{{Garden}}"}""",
        n =>
            $$"""{"type":"result","subtype":"success","is_error":false,"duration_ms":{{n}},"session_id":"{{Garden}}","result":"Done","usage":{"input_tokens":5,"output_tokens":1} }""",
        n => $$"""{"type":"progress","uuid":"p{{n}}","sessionId":"{{Garden}}","data":{"agentId":"a1"},"parentToolUseID":"c{{n % 9}}"}""",
        n =>
            UserWith(
                $"i{n}",
                $$"""[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"{{new string('A', 400)}}"} },{"type":"text","text":"See {{n}}"}]"""
            ),
    ];

    private static readonly ImmutableArray<Func<int, string>> CodexKinds =
    [
        _ => Meta,
        _ => Started,
        _ => Completed,
        n => CodexLines.User($"Plant row {n % 5}."),
        n => Told($"Plant row {n % 5}."),
        n => CodexLines.User($"<environment_context>row {n % 5}</environment_context>"),
        n => Answer($"Row {n % 5} is planted."),
        n => Event($$"""{"type":"agent_message","message":"Row {{n % 5}} is planted."}"""),
        n => Event($$"""{"type":"agent_reasoning","text":"Think {{n % 3}}"}"""),
        n =>
            Item(
                $$"""{"type":"reasoning","summary":[{"type":"summary_text","text":"Think {{n % 3}}"}],"encrypted_content":"{{new string('A', 300)}}"}"""
            ),
        n => Call($"c{n % 9}"),
        n => Call("", "search"),
        n => Result($"c{n % 9}", $"done {n}"),
        n => Result("", $"found {n}"),
        n => Item($$"""{"type":"custom_tool_call","name":"exec","input":"await ls({{n % 4}})","call_id":"x{{n % 4}}"}"""),
        n => Result($"x{n % 4}", $"printed {n % 4}"),
        n =>
            Event(
                $$"""{"type":"exec_command_end","call_id":"c{{n % 12}}","command":["make"],"aggregated_output":"printed {{n % 4}}","exit_code":{{n % 3}},"duration":{"secs":1,"nanos":0} }"""
            ),
        n =>
            Event(
                $$"""{"type":"mcp_tool_call_end","call_id":"m{{n % 5}}","invocation":{"server":"shed","tool":"open","arguments":{} },"result":{"Err":"locked"} }"""
            ),
        n =>
            Event(
                $$"""{"type":"web_search_end","call_id":"w{{n % 5}}","query":"leek","action":{"type":"search","query":"leek {{n % 3}}"} }"""
            ),
        n => Item($$"""{"type":"web_search_call","status":"completed","action":{"type":"search","query":"leek {{n % 3}}"} }"""),
        n => CompletedItem($$"""{"type":"AgentMessage","content":[{"type":"text","text":"Row {{n % 5}} is planted."}]}"""),
        n => CompletedItem($$"""{"type":"UserMessage","content":[{"type":"text","text":"Plant row {{n % 5}}."}]}"""),
        n => Event($$"""{"type":"task_complete","turn_id":"t","last_agent_message":"Row {{n % 5}} is planted."}"""),
        _ => Event("""{"type":"turn_aborted","reason":"interrupted"}"""),
        _ => Event("""{"type":"error","message":"overloaded"}"""),
        n => Event($$"""{"type":"thread_name_updated","thread_name":"Title {{n}}"}"""),
        n => Total(n * 10, n),
        n => Request($"q{n % 20}", n, 1),
        n =>
            $$"""{"timestamp":"2026-02-01T09:00:05.000Z","type":"compacted","payload":{"message":"Summary {{n}}","replacement_history":[{{Message("user", $"Plant row {n % 5}.")}},{{Message("user", $"Plant row {n % 11}.")}}]} }""",
        n => $$"""{"timestamp":"2026-02-01T09:00:05.000Z","type":"turn_context","payload":{"model":"gpt-{{n % 2}}"} }""",
    ];

    private static readonly ImmutableArray<Func<int, string>> CodexExecKinds =
    [
        _ => """{"type":"turn.started"}""",
        n => $$"""{"type":"item.completed","item":{"id":"i{{n}}","type":"agent_message","text":"Row {{n}}"} }""",
        n =>
            $$"""{"type":"item.completed","item":{"id":"i{{n}}","type":"command_execution","command":"ls","aggregated_output":"a","exit_code":{{n % 2}} } }""",
        n => $$"""{"type":"turn.completed","usage":{"input_tokens":{{n}},"output_tokens":1} }""",
        _ => """{"type":"turn.failed","error":{"message":"no"}}""",
    ];

    private static readonly ImmutableArray<Func<int, string>> PiKinds =
    [
        n => Pi(n, $$""" "role":"user","content":"Plant row {{n % 5}}." """),
        n =>
            Pi(
                n,
                $$""" "role":"assistant","model":"m{{n % 2}}","content":[{"type":"text","text":"Row {{n}}"}],"stopReason":"stop","usage":{"input":{{n}},"output":1} """
            ),
        n =>
            Pi(
                n,
                $$""" "role":"assistant","content":[{"type":"toolCall","id":"c{{n % 9}}","name":"bash","arguments":{} }],"stopReason":"toolUse" """
            ),
        n =>
            Pi(
                n,
                $$""" "role":"toolResult","toolCallId":"c{{n % 9}}","toolName":"bash","content":[{"type":"text","text":"done {{n}}"}],"isError":false """
            ),
        n => Pi(n, """ "role":"assistant","content":[],"stopReason":"aborted" """),
        n => $$"""{"type":"model_change","timestamp":"2026-02-01T09:00:00.000Z","modelId":"m{{n % 3}}"}""",
        n => $$"""{"type":"session_info","name":"Title {{n}}"}""",
        n => $$"""{"type":"compaction","summary":"Rows {{n}}"}""",
    ];

    private static readonly ImmutableArray<Func<int, string>> DroidKinds =
    [
        n => Droid("user", $$"""{"type":"text","text":"Plant row {{n % 5}}."}"""),
        n => Droid("assistant", $$"""{"type":"text","text":"Row {{n}}"}"""),
        n => Droid("assistant", $$"""{"type":"tool_use","id":"c{{n % 9}}","name":"Read","input":{} }"""),
        n => Droid("user", $$"""{"type":"tool_result","tool_use_id":"c{{n % 9}}","content":"done {{n}}"}"""),
        n =>
            $$"""{"type":"completion","session_id":"d-1","finalText":"Done {{n}}","durationMs":{{n}},"usage":{"input_tokens":{{n}},"output_tokens":1} }""",
        n => $$"""{"type":"tool_call","session_id":"d-1","id":"c{{n % 9}}","toolName":"Read","parameters":{} }""",
        n => $$"""{"type":"compaction_state","summaryText":"Rows {{n}}"}""",
    ];

    private static readonly ImmutableArray<Func<int, string>> QwenKinds =
    [
        n => Qwen("user", n, $$"""{"text":"Plant row {{n % 5}}."}"""),
        n => Qwen("assistant", n, $$"""{"text":"Row {{n}}"}"""),
        n => Qwen("assistant", n, $$"""{"functionCall":{"id":"c{{n % 9}}","name":"ls","args":{} } }"""),
        n => Qwen("tool_result", n, $$"""{"functionResponse":{"id":"c{{n % 9}}","name":"ls","response":{"output":"done {{n}}"} } }"""),
        n => $$"""{"type":"system","subtype":"custom_title","sessionId":"q-1","systemPayload":{"customTitle":"Title {{n}}"} }""",
    ];

    private static readonly ImmutableArray<Func<int, string>> CursorKinds =
    [
        n => Cursor("user", $"<user_query>Plant row {n % 5}.</user_query>"),
        n => Cursor("assistant", $"Row {n}"),
        n => $$"""{"role":"assistant","message":{"content":[{"type":"tool_use","name":"Read","input":{"path":"{{n}}"} }]} }""",
        _ => """{"type":"turn_ended","status":"success"}""",
        _ => """{"type":"turn_ended","status":"error","error":"no"}""",
    ];

    private static readonly ImmutableArray<Func<int, string>> AntigravityKinds =
    [
        n => Antigravity("USER_EXPLICIT", "USER_INPUT", $$""" "content":"Plant row {{n % 5}}." """),
        n =>
            Antigravity(
                "MODEL",
                "PLANNER_RESPONSE",
                $$""" "step_index":{{n}},"content":"Row {{n}}","tool_calls":[{"name":"ls","args":{} }] """
            ),
        n => Antigravity("MODEL", "PLANNER_RESPONSE", $$""" "content":"Row {{n}}" """),
        n => Antigravity("MODEL", "LIST_DIRECTORY", $$""" "content":"done {{n}}" """),
        n => Antigravity("SYSTEM", "EPHEMERAL", $$""" "content":"row {{n}}" """),
    ];

    /// <summary>What a crash, a full disk or an editor leaves in a file of lines. The argument is a line as it should be.</summary>
    private static readonly ImmutableArray<Func<string, string>> Faults =
    [
        line => line[..(line.Length / 2)],
        line => line[(line.Length / 2)..],
        line => $"\0\0\0{line}",
        line => line.Replace("row", "r\tw", StringComparison.Ordinal),
        line => line.Replace("row", "r\now", StringComparison.Ordinal),
        line => line.Replace("row", "r\n\now", StringComparison.Ordinal),
        line => $"[{line},{line}]",
        line => $$"""{"loglines":[{{line}}]}""",
        line => $"{line}\r",
        line => $"{line}{line}",
        _ => "",
        _ => " \t",
        _ => "no JSON",
        _ => "{\"a\":\"",
        _ => "\ud800",
    ];

    /// <summary>The names of the formats, and their files.</summary>
    public static Gen<byte[]> Of(string format, bool withFaults) =>
        format switch
        {
            "claude-code" => Files(ClaudeCodeLines.User("u-first", "Begin."), ClaudeCodeKinds, withFaults),
            "codex" => Files(Meta, CodexKinds, withFaults),
            "codex exec" => Files("""{"type":"thread.started","thread_id":"0199-x"}""", CodexExecKinds, withFaults),
            "pi" => Files("""{"type":"session","id":"p-1","timestamp":"2026-02-01T09:00:00.000Z","cwd":"/w"}""", PiKinds, withFaults),
            "droid" => Files("""{"type":"session_start","id":"d-1","cwd":"/w","title":"Garden"}""", DroidKinds, withFaults),
            "qwen-code" => Files(Qwen("user", 0, """{"text":"Begin."}"""), QwenKinds, withFaults),
            "cursor" => Files(Cursor("user", "Begin."), CursorKinds, withFaults),
            "antigravity" => Files(Antigravity("USER_EXPLICIT", "USER_INPUT", "\"content\":\"Begin.\""), AntigravityKinds, withFaults),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };

    private static string Pi(int number, string fields) =>
        $$"""{"type":"message","id":"p{{number}}","timestamp":"2026-02-01T09:00:{{number % 60:00}}.000Z","message":{ {{fields}} } }""";

    private static string Droid(string role, string block) =>
        $$"""{"type":"message","session_id":"d-1","timestamp":"2026-02-01T09:00:00.000Z","message":{"role":"{{role}}","content":[{{block}}]} }""";

    private static string Qwen(string type, int number, string part) =>
        $$"""{"type":"{{type}}","uuid":"q{{number}}","sessionId":"q-1","timestamp":"2026-02-01T09:00:00.000Z","message":{"parts":[{{part}}]} }""";

    private static string Cursor(string role, string text) =>
        $$"""{"role":"{{role}}","message":{"content":[{"type":"text","text":"{{text}}"}]} }""";

    private static string Antigravity(string source, string type, string fields) =>
        $$"""{"source":"{{source}}","type":"{{type}}","created_at":"2026-02-01T09:00:00Z",{{fields}} }""";

    private static Gen<byte[]> Files(string first, ImmutableArray<Func<int, string>> kinds, bool withFaults)
    {
        var line = Gen.Select(Gen.Int[0, kinds.Length - 1], Gen.Int[0, 60], (kind, number) => kinds[kind](number));
        var broken = Gen.Select(line, Gen.Int[0, Faults.Length - 1], (whole, fault) => Faults[fault](whole));
        return Gen.Frequency((12, line), (withFaults ? 1 : 0, broken))
            .Array[0, 40]
            .Select(lines => Encoding.UTF8.GetBytes(string.Join('\n', (string[])[first, .. lines]) + (lines.Length % 2 == 0 ? "\n" : "")))
            .Select(Gen.Bool, (bytes, isInvalid) => withFaults && isInvalid && bytes.Length % 5 == 0 ? Invalid(bytes) : bytes);
    }

    /// <summary>Puts a byte that is not UTF-8 into the middle.</summary>
    private static byte[] Invalid(byte[] bytes)
    {
        bytes[bytes.Length / 2] = 0xFF;
        return bytes;
    }
}
