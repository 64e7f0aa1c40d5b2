using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Tests.Sources;

/// <summary>The JSON of small sessions.</summary>
internal static class SessionText
{
    public const string LongAgo = "2026-01-01T00:00:00.000000";
    public const string Lately = "2026-05-01T00:00:00.000000";

    /// <summary>A session on one line.</summary>
    public static string Of(string id, string? updated = LongAgo, string says = "hello") =>
        $$"""{"session_id":"{{id}}",{{(updated is null ? "" : $"\"last_updated_at\":\"{updated}\",")}}"events":[{"type":"user_input","content":"{{says}}"}]}""";

    public static Session Parsed(string id, string? updated = LongAgo, string says = "hello") =>
        SessionJson.Read(System.Text.Encoding.UTF8.GetBytes(Of(id, updated, says)), id);

    /// <summary>The user's first message.</summary>
    public static string Says(this Session session) => ((UserInputEvent)session.Events[0]).Content;
}
