using System.Diagnostics;
using System.Text;
using ChatSessions.Tests;

namespace Fuzzing.Server;

/// <summary>
/// Requests with arguments of every form: all tools, prompts and completions. An input is a line with the method, and then its params.
/// </summary>
internal sealed class RequestsTarget() : ServerTarget("requests")
{
    private static readonly (string Name, string Arguments)[] Tools =
    [
        ("get_chat_session", "session_id max_tokens turns since_event last_events focus project_id organization_id"),
        ("read_chat_events", "session_id events offset max_tokens project_id organization_id"),
        (
            "list_chat_sessions",
            "title_contains index_id outcome updated_after updated_before agent project branch include_subagents limit max_tokens cursor project_id organization_id"
        ),
        ("list_tool_calls", "session_id tool_name outcome matching events turns sort cursor max_tokens project_id organization_id"),
        ("review_chat_session", "session_id max_tokens project_id organization_id"),
        ("compare_chat_sessions", "session_id other_session_id max_tokens project_id organization_id"),
        (
            "search_chat_sessions",
            "query kind tool_name session_id outcome updated_after updated_before agent project branch include_subagents by_session limit max_tokens cursor project_id organization_id"
        ),
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
            _ => ("tools/call", Call(random, Tools[random.Next(Tools.Length)])),
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
        var listed = (await server.AskAsync("tools/list", "{}", cancellationToken)).GetProperty("result").GetProperty("tools");
        foreach (var tool in listed.EnumerateArray())
        {
            var name = tool.GetProperty("name").GetString();
            var known = Array.Find(Tools, one => one.Name == name).Arguments?.Split(' ') ?? [];
            foreach (var argument in tool.GetProperty("inputSchema").GetProperty("properties").EnumerateObject())
                if (!known.Contains(argument.Name))
                    throw new UnreachableException($"No inputs are made for {name} with {argument.Name}.");
        }
    }

    /// <summary>Few of a tool's arguments, most of them valid, and at times one that it does not have.</summary>
    private static string Call(Random random, (string Name, string Arguments) tool)
    {
        var names = tool.Arguments.Split(' ');
        var fields = names.Where(name => Ids.Contains(name) && random.Next(12) > 0).Select(name => Field(random, name)).ToList();
        if (names.Contains("query") && random.Next(12) > 0)
            fields.Add(Field(random, "query"));
        for (var count = random.Next(4); count > 0; count--)
            fields.Add(Field(random, names[random.Next(names.Length)]));
        if (random.Next(20) == 0)
            fields.Add(Field(random, Texts[random.Next(Texts.Length)]));
        var arguments = random.Next(50) == 0 ? OddJson.Value(random, Texts, Ids, 2) : $"{{{string.Join(',', fields)}}}";
        return $"{{\"name\":\"{tool.Name}\",\"arguments\":{arguments}}}";
    }

    private static string Arguments(Random random) => $"{{{Field(random, Ids[0])},{Field(random, Ids[1])},{Field(random, "error")}}}";

    private static string Field(Random random, string name)
    {
        var words = Array.Find(Words, word => word.Name == name).Values;
        var value =
            random.Next(15) == 0 ? OddJson.Value(random, Texts, Ids, 2)
            : Ids.Contains(name) ? Id(random)
            : Numbers.Contains(name) ? $"{random.Next(-2, 30_000)}"
            : words is not null ? $"\"{words[random.Next(words.Length)]}\""
            : Text(random);
        return $"\"{name}\":{value}";
    }

    private static string Completion(Random random)
    {
        var reference =
            random.Next(2) == 0
                ? $"{{\"type\":\"ref/prompt\",\"name\":\"{Prompts[random.Next(Prompts.Length)]}\"}}"
                : $"{{\"type\":\"ref/resource\",\"uri\":{JsonTexts.Quote(AddressesTarget.Address(random))}}}";
        if (random.Next(8) == 0)
            reference = OddJson.Value(random, ["type", "name", "uri"], ["ref/prompt", "ref/resource"], 2);
        return $"{{\"ref\":{reference},\"argument\":{{\"name\":\"{Ids[random.Next(2)]}\",\"value\":{Text(random)}}}}}";
    }

    private static string Id(Random random) =>
        random.Next(10) == 0 ? Text(random) : $"\"{FuzzedServer.SessionIds[random.Next(FuzzedServer.SessionIds.Count)]}\"";

    private static string Text(Random random) =>
        random.Next(4) switch
        {
            0 => $"\"{random.Next(6)}-{random.Next(40)}\"",
            1 => $"\"{random.Next(20)}\"",
            2 => "\"error lamp\"",
            _ => JsonTexts.Quote(WordsTarget.Text(random)),
        };
}
