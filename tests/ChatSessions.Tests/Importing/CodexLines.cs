namespace ChatSessions.Tests.Importing;

/// <summary>Lines of Codex rollouts.</summary>
internal static class CodexLines
{
    public const string Meta = """
        {"timestamp":"2026-02-01T09:00:00.000Z","type":"session_meta","payload":{"id":"0199-a","timestamp":"2026-02-01T09:00:00.000Z","cwd":"/w","cli_version":"0.160.0","git":{"branch":"main"}}}
        """;

    public const string Started = """
        {"timestamp":"2026-02-01T09:00:01.000Z","type":"event_msg","payload":{"type":"task_started","turn_id":"t"}}
        """;

    public const string Completed = """
        {"timestamp":"2026-02-01T09:00:09.000Z","type":"event_msg","payload":{"type":"task_complete","turn_id":"t"}}
        """;

    public static string Item(string payload) =>
        $$"""{"timestamp":"2026-02-01T09:00:01.000Z","type":"response_item","payload":{{payload}}}""";

    public static string Event(string payload) => $$"""{"timestamp":"2026-02-01T09:00:02.000Z","type":"event_msg","payload":{{payload}}}""";

    public static string CompletedItem(string item) => Event($$"""{"type":"item_completed","turn_id":"t","item":{{item}}}""");

    public static string Total(int input, int output) =>
        Event($$"""{"type":"token_count","info":{"total_token_usage":{"input_tokens":{{input}},"output_tokens":{{output}} } } }""");

    public static string Request(string id, int input, int output) =>
        $$"""{"timestamp":"2026-02-01T09:00:02.000Z","type":"token_usage_record","payload":{"response_id":"{{id}}","usage":{"input_tokens":{{input}},"output_tokens":{{output}} } } }""";

    public static string Message(string role, params string[] texts) =>
        $$"""{"type":"message","role":"{{role}}","content":[{{string.Join(',', texts.Select(text => $$"""{"type":"{{(role == "assistant" ? "output_text" : "input_text")}}","text":"{{text}}"}"""))}}]}""";

    public static string User(string text) => Item(Message("user", text));

    public static string Told(string text) => Event($$"""{"type":"user_message","message":"{{text}}"}""");

    public static string Answer(string text) => Item(Message("assistant", text));

    public static string Call(string id, string name = "shell") =>
        Item($$"""{"type":"function_call","name":"{{name}}","arguments":"{}","call_id":"{{id}}"}""");

    public static string Result(string id, string output) =>
        Item($$"""{"type":"function_call_output","call_id":"{{id}}","output":"{{output}}"}""");
}
