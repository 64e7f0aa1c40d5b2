using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace ChatMcpServer.Tests.Mcp.Tools;

/// <summary>The search tool's name, and parts of its answer.</summary>
internal static class SearchAnswer
{
    public const string SearchTool = "search_chat_sessions";

    public static string Cursor(CallToolResult answer) =>
        answer.Json().TryGetProperty("next_cursor", out var cursor) ? cursor.GetString()! : "";

    public static JsonElement Hits(CallToolResult answer) => answer.Json().GetProperty("hits");

    public static IEnumerable<string> Places(CallToolResult answer) =>
        Hits(answer).EnumerateArray().Select(hit => $"{hit.GetProperty("session_id").GetString()}#{hit.GetProperty("event").GetInt32()}");
}
