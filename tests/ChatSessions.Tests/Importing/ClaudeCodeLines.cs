namespace ChatSessions.Tests.Importing;

/// <summary>Lines of made-up Claude Code transcripts.</summary>
internal static class ClaudeCodeLines
{
    public const string Garden = "5e551040-0000-4000-8000-000000000001";

    /// <param name="more">More fields of the record, each with a comma behind it.</param>
    public static string User(string uuid, string text, string more = "") => UserWith(uuid, Some.Quoted(text), more);

    /// <param name="content">JSON: a string or a list of blocks.</param>
    public static string UserWith(string uuid, string content, string more = "") =>
        $$$"""{"type":"user",{{{more}}}"uuid":"{{{uuid}}}","sessionId":"{{{Garden}}}","timestamp":"2026-05-04T08:00:00.000Z","message":{"role":"user","content":{{{content}}} } }""";

    public static string Says(string uuid, string text, string? stop = null, string more = "") =>
        Agent(uuid, $$"""{"type":"text","text":{{Some.Quoted(text)}}}""", stop, more);

    public static string Calls(string uuid, string callId, string name = "Read", string input = "{}") =>
        Agent(uuid, $$"""{"type":"tool_use","id":"{{callId}}","name":"{{name}}","input":{{input}}}""");

    public static string Answers(string uuid, string callId, string text = "done", string more = "") =>
        UserWith(uuid, $$"""[{"type":"tool_result","tool_use_id":"{{callId}}","content":{{Some.Quoted(text)}}}]""", more);

    public static string Queue(string operation, string? content = null, string more = "") =>
        $$"""{"type":"queue-operation",{{more}}"operation":"{{operation}}","timestamp":"2026-05-04T08:00:07.000Z","sessionId":"{{Garden}}"{{(
            content is null ? "" : $",\"content\":{Some.Quoted(content)}"
        )}}}""";

    public static string Attachment(string uuid, string attachment) =>
        $$"""{"type":"attachment","uuid":"{{uuid}}","sessionId":"{{Garden}}","attachment":{{attachment}}}""";

    /// <summary>Each record is a request of 10 tokens in and 2 out.</summary>
    private static string Agent(string uuid, string block, string? stop = null, string more = "") =>
        $$$"""{"type":"assistant",{{{more}}}"uuid":"{{{uuid}}}","sessionId":"{{{Garden}}}","timestamp":"2026-05-04T08:00:05.000Z","message":{"id":"m-{{{uuid}}}","role":"assistant","model":"claude-x","content":[{{{block}}}],"stop_reason":{{{Some.Quoted(
            stop
        )}}},"usage":{"input_tokens":10,"output_tokens":2} } }""";
}
