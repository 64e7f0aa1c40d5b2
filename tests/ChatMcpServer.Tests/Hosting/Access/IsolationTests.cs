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
    private readonly List<MarkedCaller> callers = [];
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
            await server.SaveAsync($"token:{name}", Session("same", name), Session($"imported-{MarkedCaller.Mark(name)}", name));
            if (number % 2 == 0)
                await server.SaveAsync($"group:{group}", Session($"shared-{MarkedCaller.Mark(group)}", group));
            foreach (var id in (string[])["same-at-cloud", $"cloud-{MarkedCaller.Mark(name)}"])
                cloud.Add(Encoding.UTF8.GetBytes(Session(id, name)), $"llx-key-of-{name}");
            cloud.AddAttachment(
                "source",
                $"{MarkedCaller.Mark(name)}.png",
                "image/png",
                Encoding.UTF8.GetBytes($"picture {MarkedCaller.Mark(name)}")
            );
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
        var questions = await AdvertisedQuestions.OfAsync(server, callers[0], Other(callers[0]));
        Assert.InRange(questions.Count, 100, 1_000);

        // Those who ask again are answered from what all have left in memory.
        foreach (var asking in (IEnumerable<MarkedCaller>[])[callers, callers.Where((_, number) => number % 4 == 0)])
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
        var streams = new List<(MarkedCaller Caller, HttpResponseMessage Response, StreamReader Lines)>();
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
        var id = $"imported-{MarkedCaller.Mark(callers[1].Name)}";

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

        async Task<int> CountAsync(MarkedCaller caller)
        {
            var answer = await server.AskAsync(
                $$$$"""{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/resource","uri":"{{{{template}}}}"},"argument":{"name":"{{{{argument}}}}","value":""},"context":{"arguments":{"session_id":"imported-{{{{MarkedCaller.Mark(callers[1].Name)}}}}"}} }}""",
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

    /// <summary>Looks for marks, and returns how many are the caller's.</summary>
    /// <param name="named">The id in the question, which an error may repeat; null for none.</param>
    private static int Check(string answer, MarkedCaller caller, string? named)
    {
        var own = 0;
        var text = answer + string.Concat(Encoded.Matches(answer).Select(match => Decoded(match.Value)));
        if (named is not null)
        {
            text = text.Replace(named, "", StringComparison.Ordinal);
            if (AdvertisedQuestions.MarkPattern.Match(named) is { Success: true } mark)
                text = text.Replace($"{mark.Value}.png", "", StringComparison.Ordinal);
        }
        foreach (Match mark in AdvertisedQuestions.MarkPattern.Matches(text))
            if (mark.Groups["owner"].Value == caller.Name || mark.Groups["owner"].Value == caller.Group)
                own++;
            else
                Assert.Fail($"{caller.Name} asked for {named} and got {mark.Value} of another: {answer}");
        return own
            + (
                named?.Contains(MarkedCaller.Mark(caller.Name), StringComparison.Ordinal) == true
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

    private MarkedCaller Other(MarkedCaller caller) => callers[(callers.IndexOf(caller) + 2) % callers.Count];

    private static string Session(string id, string owner, string more = "") =>
        Some.SessionText(
            id,
            $"common title {MarkedCaller.Mark(owner)}",
            [
                Some.UserInput($"common question {MarkedCaller.Mark(owner)} {more}"),
                Some.Thinking($"common thought {MarkedCaller.Mark(owner)}"),
                Some.ToolUse(
                    "bash",
                    $$"""{"command":"common {{MarkedCaller.Mark(owner)}}"}""",
                    $$"""{"output":"common {{MarkedCaller.Mark(owner)}}"}""",
                    image: ("source", $"{MarkedCaller.Mark(owner)}.png")
                ),
                .. Enumerable
                    .Range(0, 20)
                    .Select(number =>
                        Some.FailedToolUse(
                            $"tool_{number.ToString(CultureInfo.InvariantCulture)}",
                            $"common failure {number} {MarkedCaller.Mark(owner)} {new string('y', 200)}"
                        )
                    ),
                Some.Text($"common answer {MarkedCaller.Mark(owner)}"),
                Some.Stop(),
            ]
        );

    [GeneratedRegex("[A-Za-z0-9+/_-]{20,}")]
    private static partial Regex Encoded { get; }
}
