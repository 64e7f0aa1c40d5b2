using System.Text.Json;

namespace ChatMcpServer.Tests.Hosting;

/// <summary>Messages of clients with and without the initialize handshake.</summary>
internal static class Rpc
{
    public const string Initialize =
        """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""";

    public const string Initialized = """{"jsonrpc":"2.0","method":"notifications/initialized"}""";

    public static string Listen(params string[] uris) =>
        $$$"""
            {"jsonrpc":"2.0","id":"listen","method":"subscriptions/listen","params":{"notifications":{"resourceSubscriptions":{{{Strings(
                uris
            )}}}},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}} }}
            """;

    public static string Subscribe(int id, string uri) =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"resources/subscribe","params":{"uri":"{{{uri}}}"}}""";

    public static string Ping(int id) => $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"ping"}""";

    /// <summary>A request without parameters.</summary>
    public static string List(int id, string method) => $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"{{{method}}}","params":{}}""";

    public static string Call(int id, string tool) =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}"}}""";

    /// <param name="arguments">The properties of a JSON object.</param>
    public static string Prompt(string name, string arguments) =>
        $$$$"""{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"{{{{name}}}}","arguments":{ {{{{arguments}}}} }}}""";

    /// <param name="arguments">A JSON object.</param>
    public static string Call(int id, string tool, string arguments) =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}}}}""";

    public static string Cancel(int id) => $$$"""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{{{id}}}}}""";

    /// <summary>The id as JSON: <c>1</c>, <c>"a"</c> or <c>null</c>.</summary>
    public static string Id(this JsonElement message) => message.GetProperty("id").GetRawText();

    public static int ErrorCode(this JsonElement message) => message.GetProperty("error").GetProperty("code").GetInt32();

    /// <summary>The method of a message, and its address if it has one.</summary>
    public static string About(this JsonElement message) =>
        message.GetProperty("method").GetString()
        + (message.GetProperty("params").TryGetProperty("uri", out JsonElement uri) ? $" {uri.GetString()}" : "");

    public static bool IsResult(this JsonElement message) => message.TryGetProperty("result", out _);

    private static string Strings(string[] texts) => $"[{string.Join(',', texts.Select(text => $"\"{text}\""))}]";
}
