using System.Text.RegularExpressions;
using Xunit;

namespace ChatMcpServer.Tests.Hosting.Access;

/// <summary>What callers can ask a server, made of what it advertises. A tool, a resource, a prompt or an argument that is not known here fails.</summary>
internal static partial class AdvertisedQuestions
{
    /// <summary>Everything that can be asked, made of what the server advertises.</summary>
    /// <param name="other">Another caller, whose sessions are asked for too.</param>
    public static async Task<List<Question>> OfAsync(AccessServer server, MarkedCaller caller, MarkedCaller other)
    {
        var found = new List<Question>();
        var tools = await server.AskAsync(Rpc.List(1, "tools/list"), caller.Token);
        foreach (var tool in tools.GetProperty("tools").EnumerateArray())
        {
            var name = tool.GetProperty("name").GetString()!;
            foreach (var arguments in ArgumentsOf(name))
                found.Add(new($"tool {name}", id => Rpc.Call(1, name, arguments.Replace("ID", id, StringComparison.Ordinal))));
        }
        var templates = await server.AskAsync(Rpc.List(1, "resources/templates/list"), caller.Token);
        foreach (var template in templates.GetProperty("resourceTemplates").EnumerateArray())
        {
            var uri = template.GetProperty("uriTemplate").GetString()!;
            found.Add(new($"resource {uri}", id => Read(Variable.Replace(uri, match => ValueOf(match.Groups["name"].Value, id)))));
            foreach (Match variable in Variable.Matches(uri))
                if (variable.Groups["name"].Value == "session_id")
                    found.Add(
                        new($"completion of {uri}", _ => Complete($$"""{"type":"ref/resource","uri":"{{uri}}"}""", "session_id", ""))
                    );
        }
        var listed = await server.AskAsync(Rpc.List(1, "resources/list"), caller.Token);
        Assert.Contains(listed.GetProperty("resources").EnumerateArray(), one => one.GetProperty("uri").GetString() == "chat://sessions");
        found.Add(new("resources", _ => Rpc.List(1, "resources/list")));
        found.Add(new("resource chat://sessions", _ => Read("chat://sessions")));
        var prompts = await server.AskAsync(Rpc.List(1, "prompts/list"), caller.Token);
        foreach (var prompt in prompts.GetProperty("prompts").EnumerateArray())
        {
            var name = prompt.GetProperty("name").GetString()!;
            string[] arguments = [.. prompt.GetProperty("arguments").EnumerateArray().Select(one => one.GetProperty("name").GetString()!)];
            found.Add(
                new(
                    $"prompt {name}",
                    id => Rpc.Prompt(name, string.Join(',', arguments.Select(argument => $"\"{argument}\":\"{ValueOf(argument, id)}\"")))
                )
            );
            if (arguments.Contains("session_id"))
                found.Add(new($"completion of {name}", _ => Complete($$"""{"type":"ref/prompt","name":"{{name}}"}""", "session_id", "")));
        }
        // What has no id is asked once.
        return [.. found.SelectMany(one => Ids.Select(id => one with { Id = id })).DistinctBy(one => one.For(caller, other))];
    }

    /// <summary>The ids to ask for: the caller's own, those that several have, and those of others.</summary>
    private static readonly Func<MarkedCaller, MarkedCaller, string>[] Ids =
    [
        (own, _) => $"imported-{MarkedCaller.Mark(own.Name)}",
        (own, _) => $"cloud-{MarkedCaller.Mark(own.Name)}",
        (own, _) => $"shared-{MarkedCaller.Mark(own.Group)}",
        (_, _) => "same",
        (_, _) => "same-at-cloud",
        (_, other) => $"imported-{MarkedCaller.Mark(other.Name)}",
        (_, other) => $"cloud-{MarkedCaller.Mark(other.Name)}",
        (_, other) => $"shared-{MarkedCaller.Mark(other.Group)}",
        (_, _) => "ses-of-local",
        (_, _) => "ses-of-file",
    ];

    /// <summary>Arguments that make a tool say much. A tool that is not here fails the test.</summary>
    private static string[] ArgumentsOf(string tool) =>
        tool switch
        {
            "get_chat_session" => ["""{"session_id":"ID"}""", """{"session_id":"ID","focus":"common"}"""],
            "read_chat_events" => ["""{"session_id":"ID","events":"0-9"}"""],
            "list_chat_sessions" => ["{}", """{"title_contains":"common","include_subagents":true}"""],
            "list_tool_calls" => ["""{"session_id":"ID"}""", """{"session_id":"ID","matching":"common"}"""],
            "review_chat_session" => ["""{"session_id":"ID"}"""],
            "compare_chat_sessions" => ["""{"session_id":"same","other_session_id":"ID"}"""],
            "search_chat_sessions" =>
            [
                """{"query":"common","limit":50}""",
                """{"query":"common","by_session":true}""",
                """{"query":"common","session_id":"ID"}""",
                """{"query":"secretof*"}""",
            ],
            _ => throw new InvalidOperationException($"Nothing is known of the tool {tool}. Add its arguments here."),
        };

    /// <summary>A variable of a resource, or an argument of a prompt. One that is not here fails the test.</summary>
    private static string ValueOf(string variable, string id) =>
        variable switch
        {
            "session_id" or "other_session_id" => id,
            "turns" => "1",
            "events" => "0-9",
            "event" => "2",
            "source_id" => "source",
            // The name of a picture is its session's mark.
            "name" => MarkPattern.Match(id) is { Success: true } mark ? $"{mark.Value}.png" : "other.png",
            "error" => "common",
            _ => throw new InvalidOperationException($"Nothing is known of '{variable}'. Add a value here."),
        };

    private static string Read(string uri) => $$$"""{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"{{{uri}}}"}}""";

    private static string Complete(string reference, string argument, string typed) =>
        $$$$"""{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{{{{reference}}}},"argument":{"name":"{{{{argument}}}}","value":"{{{{typed}}}}"}}}""";

    [GeneratedRegex("secretof(?<owner>c[0-9]{2}|g[0-9]|machine)x")]
    public static partial Regex MarkPattern { get; }

    [GeneratedRegex(@"\{\+?(?<name>[a-z_]+)\}")]
    private static partial Regex Variable { get; }
}

/// <summary>Something to ask.</summary>
/// <param name="What">What answers it.</param>
/// <param name="Message">The message for a session's id.</param>
internal sealed record Question(string What, Func<string, string> Message)
{
    public Func<MarkedCaller, MarkedCaller, string> Id { get; init; } = (_, _) => "";

    public string For(MarkedCaller own, MarkedCaller other) => Message(Id(own, other));

    public string Named(MarkedCaller own, MarkedCaller other) => Id(own, other);
}

/// <summary>A caller, in all of whose texts a mark is.</summary>
internal sealed record MarkedCaller(string Name, string Group, string Token, string Key)
{
    /// <summary>The mark of a caller or of a group.</summary>
    public static string Mark(string owner) => $"secretof{owner}x";
}
