using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Tests;

/// <summary>
/// One or more events of a session, as JSON texts, given the position of the first.
/// </summary>
public delegate IReadOnlyList<string> SomeEvents(int position);

/// <summary>
/// Sessions written as what happens in them: <c>Some.Session(Some.UserInput("Why?"), Some.ToolUse("bash", result: "…"), Some.Stop())</c>. Each is read from
/// real JSON text, like a session from a source. Arguments and results are JSON texts, and are used unchanged.
/// </summary>
public static class Some
{
    private static readonly OutgoingDoor Door = new();

    public static Session Session(params SomeEvents[] events) => Session("ses-1", "What were the findings?", events);

    public static Session Session(string id, string? title, params SomeEvents[] events) =>
        SessionJson.Read(Encoding.UTF8.GetBytes(SessionText(id, title, events)), "a test's session");

    /// <summary>The JSON text of a session, for tests of readers.</summary>
    public static string SessionText(string id, string? title, params SomeEvents[] events)
    {
        var texts = new List<string>();
        foreach (var some in events)
            texts.AddRange(some(texts.Count));
        return Object(
            ("session_id", Quoted(id)),
            ("last_updated_at", Quoted("2026-04-22T12:34:41.342245")),
            ("generated_title", Quoted(title)),
            ("index_ids", "[\"idx-1\"]"),
            ("job_metadata", "{\"is_error\":false,\"duration_ms\":1200.5,\"turns\":3}"),
            ("events", $"[{string.Join(",", texts)}]")
        );
    }

    /// <summary>The JSON text of a session that another program recorded, which says nothing of a run.</summary>
    /// <param name="source">A JSON text.</param>
    public static string ImportedText(string id, string source, params SomeEvents[] events) =>
        ImportedText(id, source, "2026-04-22T12:34:41.342245", events);

    /// <inheritdoc cref="ImportedText(string, string, SomeEvents[])"/>
    public static string ImportedText(string id, string source, string updated, params SomeEvents[] events)
    {
        var texts = new List<string>();
        foreach (var some in events)
            texts.AddRange(some(texts.Count));
        return Object(
            ("session_id", Quoted(id)),
            ("last_updated_at", Quoted(updated)),
            ("generated_title", Quoted($"Title of {id}")),
            ("source", source),
            ("events", $"[{string.Join(",", texts)}]")
        );
    }

    /// <inheritdoc cref="ImportedText(string, string, SomeEvents[])"/>
    public static Session Imported(string id, string source, params SomeEvents[] events) =>
        SessionJson.Read(Encoding.UTF8.GetBytes(ImportedText(id, source, events)), "a test's session");

    /// <summary>The session behind a door that replaces only hidden characters.</summary>
    public static ShownSession Shown(this Session session) => Door.Show(session);

    public static RawJson Json(string json) => new(Encoding.UTF8.GetBytes(json));

    /// <summary>An event with exactly this JSON.</summary>
    public static SomeEvents Event(string json) => _ => [json];

    public static SomeEvents UserInput(string content) => Content("user_input", content);

    public static SomeEvents Text(string content) => Content("text", content);

    public static SomeEvents Thinking(string content) => Content("thinking", content);

    public static SomeEvents TextDelta(string content) => Content("text_delta", content);

    public static SomeEvents ThinkingDelta(string content) => Content("thinking_delta", content);

    /// <param name="callId">By default unique in the session.</param>
    public static SomeEvents ToolCall(string name, string arguments = "{}", string? callId = null) =>
        position => [Call(name, arguments, callId ?? $"call-{position}")];

    public static SomeEvents ToolResult(string name, string result = "null", string callId = "call-0") =>
        _ => [Result(name, result, callId, image: null)];

    /// <summary>A call with its result.</summary>
    /// <param name="result">A JSON text; a string needs its quotes.</param>
    /// <param name="image">The source id and attachment name of a screenshot.</param>
    public static SomeEvents ToolUse(
        string name,
        string arguments = "{}",
        string result = "{\"output\":\"done\"}",
        string? callId = null,
        (string SourceId, string Name)? image = null
    ) => position => [Call(name, arguments, callId ?? $"call-{position}"), Result(name, result, callId ?? $"call-{position}", image)];

    public static SomeEvents FailedToolUse(string name, string error = "no such index", string arguments = "{}") =>
        ToolUse(name, arguments, Object(("error", Quoted(error))));

    public static SomeEvents UnansweredToolUse(string name, string arguments = "{}") => ToolCall(name, arguments);

    public static SomeEvents Stop(string? error = null, long inputTokens = 1000, long outputTokens = 200) =>
        Event(
            Object(
                ("type", "\"stop\""),
                ("is_error", error is null ? "false" : "true"),
                ("error", Quoted(error)),
                (
                    "usage",
                    $"{{\"duration_ms\":1200.5,\"total_input_tokens\":{inputTokens},\"total_output_tokens\":{outputTokens},\"turns\":3}}"
                )
            )
        );

    /// <summary>A text as a JSON string; <c>null</c> for null.</summary>
    public static string Quoted(string? text) =>
        text is null ? "null" : $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static SomeEvents Content(string type, string content) => Event(Object(("type", Quoted(type)), ("content", Quoted(content))));

    private static string Call(string name, string arguments, string callId) =>
        Object(("type", "\"tool_call\""), ("call_id", Quoted(callId)), ("name", Quoted(name)), ("arguments", arguments));

    private static string Result(string name, string result, string callId, (string SourceId, string Name)? image) =>
        Object(
            ("type", "\"tool_result\""),
            ("call_id", Quoted(callId)),
            ("name", Quoted(name)),
            ("result", result),
            (
                "image_attachment",
                image is { } at ? Object(("source_id", Quoted(at.SourceId)), ("attachment_name", Quoted(at.Name))) : "null"
            )
        );

    /// <summary>A JSON object with these names and JSON texts.</summary>
    private static string Object(params (string Name, string Json)[] properties) =>
        $"{{{string.Join(",", properties.Select(property => $"{Quoted(property.Name)}:{property.Json}"))}}}";
}
