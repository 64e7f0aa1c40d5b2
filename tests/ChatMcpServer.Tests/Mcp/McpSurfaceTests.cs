using System.Text.Encodings.Web;
using System.Text.Json;
using ChatMcpServer.Mcp.Tools;
using ChatSessions;
using ChatSessions.Sources.LlamaCloud;
using Xunit;

namespace ChatMcpServer.Tests.Mcp;

/// <summary>Rules for everything that clients see, and snapshots of it and of whole answers.</summary>
public sealed class McpSurfaceTests
{
    private static readonly string[] Samples = ["failing-tests", "lamp-order", "not-started", "quarterly-report"];

    [Fact]
    public async Task Every_tool_and_argument_says_what_it_is_for_in_a_form_that_every_client_takes()
    {
        await using var server = await InMemoryServer.WithArchiveAsync();
        foreach (var tool in (await server.RequestAsync("tools/list")).GetProperty("tools").EnumerateArray())
        {
            var name = tool.GetProperty("name").GetString()!;
            Assert.Matches("^(get|read|list|search|review|compare)(_[a-z]+)+$", name);
            Assert.False(string.IsNullOrWhiteSpace(tool.GetProperty("description").GetString()));
            Assert.True(tool.GetProperty("annotations").GetProperty("readOnlyHint").GetBoolean());
            foreach (var argument in tool.GetProperty("inputSchema").GetProperty("properties").EnumerateObject())
            {
                Assert.Matches("^[a-z]+(_[a-z]+)*$", argument.Name);
                Assert.False(string.IsNullOrWhiteSpace(argument.Value.GetProperty("description").GetString()), $"{name}.{argument.Name}");
            }
            foreach (var root in (string[])["inputSchema", "outputSchema"])
            foreach (var (path, schema) in Schema.Walk(tool.GetProperty(root), $"{name}.{root}"))
            {
                Assert.True(schema.ValueKind == JsonValueKind.Object, $"{path} is {schema}");
                Assert.True(schema.GetProperty("type").ValueKind == JsonValueKind.String, $"{path} has several types");
                Assert.All(
                    (string[])["anyOf", "oneOf", "allOf", "$ref"],
                    word => Assert.False(schema.TryGetProperty(word, out _), $"{path} has {word}")
                );
            }
        }
    }

    /// <summary>Several hosts offer their model only the tools that a search for its words finds.</summary>
    [Fact]
    public async Task Descriptions_have_the_words_that_people_use()
    {
        await using var server = await InMemoryServer.WithArchiveAsync();

        var tools = (await server.RequestAsync("tools/list")).GetProperty("tools").EnumerateArray();

        var words = string.Join(' ', tools.Select(tool => tool.GetProperty("description").GetString()));
        Assert.All(
            (string[])["transcript", "conversation history", "past conversations", "previous", "agent trace", "memory", "debug", "compare"],
            word => Assert.Contains(word, words, StringComparison.OrdinalIgnoreCase)
        );
    }

    [Fact]
    public async Task The_tools_cost_the_model_of_a_host_little()
    {
        await using var server = await InMemoryServer.WithClientAsync("claude-code", InMemoryServer.NewestVersion, AnswerForm.Auto);
        var tools = (await server.RequestAsync("tools/list")).GetProperty("tools").EnumerateArray();

        // What the APIs of models take of a tool.
        var tokens = tools.Sum(tool =>
            HostJson.Tokens(
                $$"""{"name":{{tool.GetProperty("name")}},"description":{{tool.GetProperty("description")}},"input_schema":{{HostJson.Write(tool.GetProperty("inputSchema"))}}}"""
            )
        );

        Assert.True(tokens <= 1_300, $"the tools cost {tokens} tokens");
    }

    [Fact]
    public async Task The_list_of_tools_with_output_schemas_costs_little()
    {
        await using var server = await InMemoryServer.WithArchiveAsync();

        var tokens = HostJson.Tokens(HostJson.Write(await server.RequestAsync("tools/list")));

        Assert.True(tokens <= 3_100, $"tools/list costs {tokens} tokens");
    }

    [Fact]
    public async Task What_searches_is_there_where_there_is_something_to_search()
    {
        await using var without = await InMemoryServer.WithAsync(WithLlamaCloud, InMemoryServer.NewestVersion, TimeProvider.System);
        await using var withSamples = await InMemoryServer.WithSamplesAsync();
        await using var with = await InMemoryServer.WithArchiveAsync();

        Assert.Contains("search_chat_sessions", (await withSamples.RequestAsync("tools/list")).GetRawText());
        Assert.Contains("search_chat_sessions", withSamples.Client.ServerInstructions);

        Assert.DoesNotContain("search_chat_sessions", (await without.RequestAsync("tools/list")).GetRawText());
        Assert.DoesNotContain("search_chat_sessions", without.Client.ServerInstructions);
        Assert.Equal(
            -32602,
            (await without.RequestAsync("tools/call", """{"name":"search_chat_sessions"}""")).GetProperty("code").GetInt32()
        );
        Assert.Contains("search_chat_sessions", (await with.RequestAsync("tools/list")).GetRawText());
        Assert.Contains("search_chat_sessions", with.Client.ServerInstructions);
    }

    [Fact]
    public async Task Only_with_LlamaCloud_are_there_arguments_for_its_projects_and_indexes()
    {
        await using var without = await InMemoryServer.WithArchiveAsync();
        await using var with = await InMemoryServer.WithArchiveAsync(WithLlamaCloud);

        foreach (var argument in (string[])["\"project_id\"", "\"organization_id\"", "\"index_id\""])
        {
            Assert.DoesNotContain(argument, (await without.RequestAsync("tools/list")).GetRawText());
            Assert.Contains(argument, (await with.RequestAsync("tools/list")).GetRawText());
        }
    }

    [Fact]
    public async Task Instructions_are_short()
    {
        await using var server = await InMemoryServer.WithArchiveAsync();

        Assert.True(server.Client.ServerInstructions!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length < 150);
    }

    [Fact]
    public async Task Instructions_have_the_notice_of_the_configuration()
    {
        await using var server = await InMemoryServer.WithArchiveAsync(new ChatSessionsOptions { Notice = "No key is set." });

        Assert.EndsWith("No key is set.", server.Client.ServerInstructions);
    }

    [Theory]
    [InlineData("tools/list")]
    [InlineData("resources/list")]
    [InlineData("resources/templates/list")]
    [InlineData("prompts/list")]
    [InlineData("resources/read", """{"uri":"chat://sessions"}""")]
    public async Task Lists_and_reads_say_how_long_they_hold(string method, string parameters = "{}")
    {
        await using var server = await InMemoryServer.WithSamplesAsync();

        var result = await server.RequestAsync(method, parameters);

        Assert.True(result.GetProperty("ttlMs").GetInt64() >= 0);
        Assert.Contains(result.GetProperty("cacheScope").GetString(), (string[])["public", "private"]);
    }

    [Fact]
    public async Task What_is_advertised_is_as_in_the_snapshots()
    {
        await using var server = await InMemoryServer.WithSamplesAsync();
        await using var archived = await InMemoryServer.WithArchiveAsync();
        await using var all = await InMemoryServer.WithArchiveAsync(WithLlamaCloud);

        Snapshot.Matches("tools.json", Indented(await all.RequestAsync("tools/list")));
        Snapshot.Matches("templates.json", Indented(await server.RequestAsync("resources/templates/list")));
        Snapshot.Matches("resources.json", Indented(await server.RequestAsync("resources/list")));
        Snapshot.Matches("prompts.json", Indented(await archived.RequestAsync("prompts/list")));
        Snapshot.Matches("instructions.txt", archived.Client.ServerInstructions!);
        Snapshot.Matches(
            "capabilities.json",
            Indented(
                JsonElement.Parse(
                    JsonSerializer.Serialize(server.Client.ServerCapabilities, ModelContextProtocol.McpJsonUtilities.DefaultOptions)
                )
            )
        );
    }

    [Fact]
    public async Task Answers_are_as_in_the_snapshots()
    {
        await using var server = await InMemoryServer.WithSamplesAsync();
        foreach (var sample in Samples)
        {
            foreach (var budget in (int[])[500, 1_000, 5_000])
                await AnswerAsync(
                    $"get-{sample}-{budget}",
                    "get_chat_session",
                    $$"""{"session_id":"ses-sample-{{sample}}","max_tokens":{{budget}}}"""
                );
            await AnswerAsync($"calls-{sample}", "list_tool_calls", $$"""{"session_id":"ses-sample-{{sample}}","max_tokens":700}""");
            await AnswerAsync($"read-{sample}", "read_chat_events", $$"""{"session_id":"ses-sample-{{sample}}","events":"0-3"}""");
            await ResourceAsync($"{sample}-transcript.md", $"ses-sample-{sample}");
            await ResourceAsync($"{sample}-tool-calls.json", $"ses-sample-{sample}/tool-calls");
            await ResourceAsync($"{sample}-messages.json", $"ses-sample-{sample}/messages");
        }
        await AnswerAsync("list", "list_chat_sessions", "{}");
        await ResourceAsync("failing-tests-turns.md", "ses-sample-failing-tests/turns/last");
        await ResourceAsync("failing-tests-events.json", "ses-sample-failing-tests/events/2-3");
        Snapshot.Matches("resource-sessions.json", await server.ReadAsync("chat://sessions"));

        async Task AnswerAsync(string name, string tool, string arguments)
        {
            var answer = await server.CallAsync(tool, arguments);
            Snapshot.Matches($"{name}.txt", answer.Text());
            Snapshot.Matches($"{name}.json", Indented(answer.Json()));
        }

        async Task ResourceAsync(string name, string path) =>
            Snapshot.Matches($"resource-{name}", await server.ReadAsync($"chat://sessions/{path}"));
    }

    /// <summary>Without what differs between versions or clients.</summary>
    private static ChatSessionsOptions WithLlamaCloud => new() { LlamaCloud = new LlamaCloudOptions { ApiKey = "llx-key-of-the-tests" } };

    private static string Indented(JsonElement json)
    {
        using var stream = new MemoryStream();
        using (
            var writer = new Utf8JsonWriter(
                stream,
                new JsonWriterOptions
                {
                    Indented = true,
                    Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                    NewLine = "\n",
                }
            )
        )
        {
            if (json.ValueKind == JsonValueKind.Object)
            {
                writer.WriteStartObject();
                foreach (var property in json.EnumerateObject().Where(property => property.Name != "_meta"))
                    property.WriteTo(writer);
                writer.WriteEndObject();
            }
        }
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
