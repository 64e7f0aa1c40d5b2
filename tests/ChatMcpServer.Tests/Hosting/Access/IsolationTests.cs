using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ChatSessions.Tests;
using ChatSessions.Tests.Sources.LlamaCloud;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatMcpServer.Tests.Hosting.Access;

/// <summary>
/// Twenty callers of one server, and everything that it advertises: no caller ever gets a byte of another's sessions. Each session has its
/// owner's mark in every text, and answers are searched for marks. A tool, a resource, a prompt or an argument that this test does not know
/// fails it.
/// </summary>
public sealed partial class IsolationTests : IAsyncLifetime
{
    private const int Callers = 20;

    private readonly AccessServer server = new();
    private readonly FakeTimeProvider time = new();
    private readonly List<Caller> callers = [];
    private readonly string folder = Directory.CreateTempSubdirectory("chat-isolation-").FullName;
    private FakeLlamaCloud cloud = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cloud = await FakeLlamaCloud.StartAsync();
        server.UseCloud(cloud.BaseUrl);
        server.Options.SessionPaths = [folder];
        server.Setup = server.Setup with { Limits = new(RequestsPerMinute: 1_000_000, AtOnce: 64) };
        await File.WriteAllTextAsync(Path.Combine(folder, "s.json"), Session("ses-of-file", "machine"), Cancelled);
        await server.SaveAsync("local", Session("ses-of-local", "machine"), Session("same", "machine"));
        for (var number = 0; number < Callers; number++)
        {
            var (name, group) = ($"c{number:00}", $"g{number / 2}");
            callers.Add(new(name, group, server.AddToken(name), $"llx-key-of-{name}"));
            await server.SaveAsync($"token:{name}", Session("same", name), Session($"imported-{Mark(name)}", name));
            if (number % 2 == 0)
                await server.SaveAsync($"group:{group}", Session($"shared-{Mark(group)}", group));
            foreach (var id in (string[])["same-at-cloud", $"cloud-{Mark(name)}"])
                cloud.Add(Encoding.UTF8.GetBytes(Session(id, name)), $"llx-key-of-{name}");
            cloud.AddAttachment("source", $"{Mark(name)}.png", "image/png", Encoding.UTF8.GetBytes($"picture {Mark(name)}"));
        }
        server.WriteCallers(
            $"{{{string.Join(',', callers.Select(one => $$"""
                "{{one.Name}}":{"key":"{{one.Key}}","groups":["{{one.Group}}"]}
                """))}}}"
        );
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await cloud.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task No_answer_has_a_byte_of_another_callers_sessions()
    {
        await server.StartAsync();
        var questions = await QuestionsAsync(callers[0]);
        Assert.InRange(questions.Count, 100, 1_000);

        // Those who ask again are answered from what all have left in memory.
        foreach (var asking in (IEnumerable<Caller>[])[callers, callers.Where((_, number) => number % 4 == 0)])
            await Parallel.ForEachAsync(
                asking,
                new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancelled },
                async (caller, _) =>
                {
                    var seen = new Dictionary<string, int>();
                    foreach (var question in questions)
                    {
                        var answer = await server.AskAsync(question.For(caller, Other(caller)), caller.Token);
                        var own = Check(answer.GetRawText(), caller, question.Named(caller, Other(caller)));
                        seen[question.What] = seen.GetValueOrDefault(question.What) + own;
                    }
                    // Otherwise nothing would have been tested.
                    Assert.Empty(seen.Where(one => one.Value == 0).Select(one => one.Key));
                }
            );
    }

    [Fact]
    public async Task A_cursor_of_one_caller_shows_another_only_their_own()
    {
        await server.StartAsync();
        foreach (var (tool, arguments) in Paged)
        foreach (var caller in callers.Take(4))
        {
            var first = await server.AskAsync(Rpc.Call(1, tool, $$"""{{{arguments}}}"""), caller.Token);
            Check(first.GetRawText(), caller, named: null);
            var cursor = first.GetProperty("structuredContent").GetProperty("next_cursor").GetString();
            Assert.NotNull(cursor);
            foreach (var reader in callers.Take(4))
            {
                var next = await server.AskAsync(Rpc.Call(2, tool, $$"""{{{arguments}},"cursor":"{{cursor}}"}"""), reader.Token);
                Check(next.GetRawText(), reader, named: null);
            }
        }
    }

    [Fact]
    public async Task A_subscription_tells_of_the_callers_own_changes_only()
    {
        server.Time = time;
        await server.StartAsync();
        var streams = new List<(Caller Caller, HttpResponseMessage Response, StreamReader Lines)>();
        foreach (var caller in callers.Take(3))
        {
            var response = await server.SendAsync(
                Rpc.Listen("chat://sessions/same"),
                caller.Token,
                ("MCP-Protocol-Version", "2026-07-28"),
                ("Mcp-Method", "subscriptions/listen")
            );
            var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled));
            streams.Add((caller, response, lines));
            Assert.Contains("acknowledged", await NextAsync(lines), StringComparison.Ordinal);
        }

        // Each is notified of two changes of their own, one before and one after those of the others.
        for (var round = 0; round < 2; round++)
            foreach (var (caller, _, lines) in streams)
            {
                await server.SaveAsync($"token:{caller.Name}", Session("same", caller.Name, $"changed {round}"));
                var notified = NextAsync(lines);
                while (!notified.IsCompleted)
                {
                    time.Advance(TimeSpan.FromSeconds(2));
                    await Task.Delay(5, Cancelled);
                }
                Assert.Contains("chat://sessions/same", await notified, StringComparison.Ordinal);
            }
        foreach (var (_, response, lines) in streams)
        {
            Assert.DoesNotContain("resources/updated", await RestAsync(lines), StringComparison.Ordinal);
            response.Dispose();
        }
    }

    [Fact]
    public async Task Another_callers_session_cannot_be_subscribed_to()
    {
        await server.StartAsync();
        var id = $"imported-{Mark(callers[1].Name)}";

        var answer = await server.AskAsync(
            Rpc.Listen($"chat://sessions/{id}"),
            callers[0].Token,
            ("MCP-Protocol-Version", "2026-07-28"),
            ("Mcp-Method", "subscriptions/listen")
        );

        Assert.StartsWith($"No session '{id}'", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chat://turns/{session_id}/{turns}", "turns")]
    [InlineData("chat://events/{session_id}/{events}", "events")]
    [InlineData("chat://tool-calls/{session_id}/{event}", "event")]
    public async Task Completion_does_not_count_what_is_in_another_callers_session(string template, string argument)
    {
        await server.StartAsync();

        var own = await CountAsync(callers[1]);
        var others = await CountAsync(callers[0]);

        Assert.InRange(own, 1, 100);
        Assert.Equal(0, others);

        async Task<int> CountAsync(Caller caller)
        {
            var answer = await server.AskAsync(
                $$$$"""{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/resource","uri":"{{{{template}}}}"},"argument":{"name":"{{{{argument}}}}","value":""},"context":{"arguments":{"session_id":"imported-{{{{Mark(callers[1].Name)}}}}"}} }}""",
                caller.Token
            );
            return answer.TryGetProperty("completion", out var completion) ? completion.GetProperty("values").GetArrayLength() : 0;
        }
    }

    /// <summary>The tools with pages, and arguments for small ones.</summary>
    private static (string Tool, string Arguments)[] Paged =>
        [
            ("list_chat_sessions", "\"limit\":1"),
            ("search_chat_sessions", "\"query\":\"common\",\"limit\":1"),
            ("search_chat_sessions", "\"query\":\"common\",\"limit\":1,\"by_session\":true"),
            ("list_tool_calls", "\"session_id\":\"same\",\"max_tokens\":500"),
        ];

    /// <summary>Everything that can be asked, made of what the server advertises.</summary>
    private async Task<List<Question>> QuestionsAsync(Caller caller)
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
        return [.. found.SelectMany(one => Ids.Select(id => one with { Id = id })).DistinctBy(one => one.For(caller, Other(caller)))];
    }

    /// <summary>The ids to ask for: the caller's own, those that several have, and those of others.</summary>
    private static readonly Func<Caller, Caller, string>[] Ids =
    [
        (own, _) => $"imported-{Mark(own.Name)}",
        (own, _) => $"cloud-{Mark(own.Name)}",
        (own, _) => $"shared-{Mark(own.Group)}",
        (_, _) => "same",
        (_, _) => "same-at-cloud",
        (_, other) => $"imported-{Mark(other.Name)}",
        (_, other) => $"cloud-{Mark(other.Name)}",
        (_, other) => $"shared-{Mark(other.Group)}",
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

    /// <summary>Looks for marks, and returns how many are the caller's.</summary>
    /// <param name="named">The id in the question, which an error may repeat; null for none.</param>
    private static int Check(string answer, Caller caller, string? named)
    {
        var own = 0;
        var text = answer + string.Concat(Encoded.Matches(answer).Select(match => Decoded(match.Value)));
        if (named is not null)
        {
            text = text.Replace(named, "", StringComparison.Ordinal);
            if (MarkPattern.Match(named) is { Success: true } mark)
                text = text.Replace($"{mark.Value}.png", "", StringComparison.Ordinal);
        }
        foreach (Match mark in MarkPattern.Matches(text))
            if (mark.Groups["owner"].Value == caller.Name || mark.Groups["owner"].Value == caller.Group)
                own++;
            else
                Assert.Fail($"{caller.Name} asked for {named} and got {mark.Value} of another: {answer}");
        return own
            + (
                named?.Contains(Mark(caller.Name), StringComparison.Ordinal) == true
                && !answer.Contains("No session", StringComparison.Ordinal)
                    ? 1
                    : 0
            );
    }

    /// <summary>Pictures and cursors are in base64.</summary>
    private static string Decoded(string text)
    {
        try
        {
            var padded = text.Replace('-', '+').Replace('_', '/');
            return Encoding.UTF8.GetString(Convert.FromBase64String(padded.PadRight((padded.Length + 3) / 4 * 4, '=')));
        }
        catch (FormatException)
        {
            return "";
        }
    }

    /// <summary>The next message of a stream.</summary>
    private static async Task<string> NextAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync(Cancelled) is { } line)
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return line;
        throw new EndOfStreamException();
    }

    /// <summary>What else was sent until the stream is silent, which the comments that keep it alive show.</summary>
    private async Task<string> RestAsync(StreamReader lines)
    {
        var rest = new StringBuilder();
        while (true)
        {
            var line = lines.ReadLineAsync(Cancelled).AsTask();
            while (!line.IsCompleted)
            {
                time.Advance(ChatMcpServer.Hosting.KeepAlive.Interval);
                await Task.Delay(5, Cancelled);
            }
            if (await line is null or ":")
                return rest.ToString();
            rest.AppendLine(await line);
        }
    }

    private Caller Other(Caller caller) => callers[(callers.IndexOf(caller) + 2) % callers.Count];

    private static string Mark(string owner) => $"secretof{owner}x";

    private static string Session(string id, string owner, string more = "") =>
        Some.SessionText(
            id,
            $"common title {Mark(owner)}",
            [
                Some.UserInput($"common question {Mark(owner)} {more}"),
                Some.Thinking($"common thought {Mark(owner)}"),
                Some.ToolUse(
                    "bash",
                    $$"""{"command":"common {{Mark(owner)}}"}""",
                    $$"""{"output":"common {{Mark(owner)}}"}""",
                    image: ("source", $"{Mark(owner)}.png")
                ),
                .. Enumerable
                    .Range(0, 20)
                    .Select(number =>
                        Some.FailedToolUse(
                            $"tool_{number.ToString(CultureInfo.InvariantCulture)}",
                            $"common failure {number} {Mark(owner)} {new string('y', 200)}"
                        )
                    ),
                Some.Text($"common answer {Mark(owner)}"),
                Some.Stop(),
            ]
        );

    [GeneratedRegex("secretof(?<owner>c[0-9]{2}|g[0-9]|machine)x")]
    private static partial Regex MarkPattern { get; }

    [GeneratedRegex(@"\{\+?(?<name>[a-z_]+)\}")]
    private static partial Regex Variable { get; }

    [GeneratedRegex("[A-Za-z0-9+/_-]{20,}")]
    private static partial Regex Encoded { get; }

    private sealed record Caller(string Name, string Group, string Token, string Key);

    /// <summary>Something to ask.</summary>
    /// <param name="What">What answers it.</param>
    /// <param name="Message">The message for a session's id.</param>
    private sealed record Question(string What, Func<string, string> Message)
    {
        public Func<Caller, Caller, string> Id { get; init; } = (_, _) => "";

        public string For(Caller own, Caller other) => Message(Id(own, other));

        public string Named(Caller own, Caller other) => Id(own, other);
    }
}
