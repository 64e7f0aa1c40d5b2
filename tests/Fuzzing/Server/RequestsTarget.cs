using System.Diagnostics;
using System.Text;
using ChatSessions.Tests;

namespace Fuzzing.Server;

/// <summary>
/// Requests with arguments of every form: all tools, prompts and completions. An input is a line with the method, and then its params.
/// </summary>
internal sealed class RequestsTarget() : ServerTarget("requests")
{
    private static readonly string[] Tools =
    [
        "get_chat_session",
        "read_chat_events",
        "list_chat_sessions",
        "list_tool_calls",
        "review_chat_session",
        "compare_chat_sessions",
        "search_chat_sessions",
    ];

    private static readonly string[] Prompts =
    [
        "continue_session",
        "review_session",
        "explain_failure",
        "compare_sessions",
        "find_precedent",
    ];

    private static readonly string[] Ids = ["session_id", "other_session_id"];

    private static readonly string[] Texts =
    [
        "turns",
        "events",
        "focus",
        "title_contains",
        "index_id",
        "updated_after",
        "updated_before",
        "agent",
        "project",
        "branch",
        "cursor",
        "tool_name",
        "matching",
        "query",
        "project_id",
        "organization_id",
        "error",
    ];

    private static readonly string[] Numbers = ["max_tokens", "since_event", "last_events", "offset", "limit"];

    private static readonly (string Name, string[] Values)[] Words =
    [
        ("outcome", ["ok", "error", "failed", "unanswered", "unfinished", "never_run"]),
        ("kind", ["user", "answer", "thinking", "arguments", "result", "error"]),
        ("sort", ["order", "size", "duration"]),
        ("include_subagents", ["true", "false"]),
        ("by_session", ["true", "false"]),
    ];

    private bool isChecked;

    public override int InputsInTests => 400;

    public override byte[] Make(Random random)
    {
        var (method, parameters) = random.Next(10) switch
        {
            0 => ("prompts/get", $"{{\"name\":\"{Prompts[random.Next(Prompts.Length)]}\",\"arguments\":{Arguments(random)}}}"),
            1 => ("completion/complete", Completion(random)),
            2 => (
                random.Next(2) == 0 ? "tools/list" : "resources/list",
                OddJson.Object(random, ["cursor", "_meta", "x"], ["x", "progressToken"], 3)
            ),
            _ => ("tools/call", $"{{\"name\":\"{Tools[random.Next(Tools.Length)]}\",\"arguments\":{Arguments(random)}}}"),
        };
        return Encoding.UTF8.GetBytes($"{method}\n{parameters}");
    }

    public override async Task RunAsync(byte[] input, CancellationToken cancellationToken)
    {
        var server = await ServerAsync(cancellationToken);
        if (!isChecked)
            await CheckToolsAsync(server, cancellationToken);
        isChecked = true;
        var text = Encoding.UTF8.GetString(input);
        var head = text.IndexOf('\n', StringComparison.Ordinal);
        await server.AskAsync(text[..head], text[(head + 1)..], cancellationToken);
    }

    /// <summary>A new tool or argument must be fuzzed too.</summary>
    private static async Task CheckToolsAsync(FuzzedServer server, CancellationToken cancellationToken)
    {
        string[] known = [.. Ids, .. Texts, .. Numbers, .. Words.Select(word => word.Name)];
        var listed = (await server.AskAsync("tools/list", "{}", cancellationToken)).GetProperty("result").GetProperty("tools");
        foreach (var tool in listed.EnumerateArray())
        foreach (var argument in tool.GetProperty("inputSchema").GetProperty("properties").EnumerateObject())
            if (!Tools.Contains(tool.GetProperty("name").GetString()) || !known.Contains(argument.Name))
                throw new UnreachableException($"No inputs are made for {tool.GetProperty("name")} with {argument.Name}.");
    }

    /// <summary>Few of a tool's arguments, most of them valid, and names that it does not have.</summary>
    private static string Arguments(Random random)
    {
        var fields = new List<string>();
        foreach (var name in Ids)
            if (random.Next(8) > 0)
                fields.Add($"\"{name}\":{Id(random)}");
        for (var count = random.Next(5); count > 0; count--)
            fields.Add(Argument(random));
        return random.Next(50) == 0 ? OddJson.Value(random, Texts, Ids, 2) : $"{{{string.Join(',', fields)}}}";
    }

    private static string Argument(Random random)
    {
        var (name, value) = random.Next(4) switch
        {
            0 => (Numbers[random.Next(Numbers.Length)], $"{random.Next(-2, 30_000)}"),
            1 when Words[random.Next(Words.Length)] is var word => (word.Name, $"\"{word.Values[random.Next(word.Values.Length)]}\""),
            _ => (Texts[random.Next(Texts.Length)], Text(random)),
        };
        return $"\"{name}\":{(random.Next(6) == 0 ? OddJson.Value(random, Texts, Ids, 2) : value)}";
    }

    private static string Completion(Random random)
    {
        var reference =
            random.Next(2) == 0
                ? $"{{\"type\":\"ref/prompt\",\"name\":\"{Prompts[random.Next(Prompts.Length)]}\"}}"
                : $"{{\"type\":\"ref/resource\",\"uri\":{AddressesTarget.Quoted(AddressesTarget.Address(random))}}}";
        if (random.Next(8) == 0)
            reference = OddJson.Value(random, ["type", "name", "uri"], ["ref/prompt", "ref/resource"], 2);
        return $"{{\"ref\":{reference},\"argument\":{{\"name\":\"{Ids[random.Next(2)]}\",\"value\":{Text(random)}}}}}";
    }

    private static string Id(Random random) =>
        random.Next(10) == 0 ? Text(random) : $"\"{FuzzedServer.SessionIds[random.Next(FuzzedServer.SessionIds.Count)]}\"";

    private static string Text(Random random) =>
        random.Next(3) == 0 ? $"\"{random.Next(40)}-{random.Next(40)}\"" : JsonTexts.Quote(WordsTarget.Text(random));
}
