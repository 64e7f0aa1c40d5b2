using System.Text.Json;
using ChatMcpServer.Mcp.Resources;
using ChatSessions.Model;
using ChatSessions.Tests;
using ChatSessions.Tests.Sources.LlamaCloud;
using ModelContextProtocol.Protocol;
using Xunit;

namespace ChatMcpServer.Tests.Mcp.Resources;

public sealed class ResourceTests
{
    private const string Sample = "chat://sessions/ses-sample-failing-tests";

    public static TheoryData<string> OddIds =>
        [
            "a/b",
            "100%",
            "%2F",
            "a b",
            "..",
            ".",
            "a/../b",
            "a?b",
            "a#b",
            "a&b=c",
            "日本語",
            "😀",
            "json",
            "a+b",
            "ses:1",
            "\"q\"",
            "%",
            "a\\b",
        ];

    [Theory]
    [MemberData(nameof(OddIds))]
    public async Task An_odd_id_is_read_by_its_address_and_by_no_other(string id)
    {
        await using var server = await InMemoryServer.WithFilesAsync(
            Some.SessionText(id, "odd", Some.UserInput("the odd one")),
            Some.SessionText("b", "other", Some.UserInput("another"))
        );

        Assert.Contains("the odd one", await server.ReadAsync(ChatUri.ForSession(id)), StringComparison.Ordinal);
        Assert.Contains("the odd one", await server.ReadAsync($"{ChatUri.ForSession(id)}/events/0"), StringComparison.Ordinal);
        Assert.Contains(
            "the odd one",
            (await server.CallAsync("get_chat_session", $$"""{"session_id":{{JsonTexts.Quote(id)}}}""")).Text(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("chat://sessions/")]
    [InlineData("chat://sessions//json")]
    [InlineData("chat://sessions/a%")]
    [InlineData("chat://sessions/a%2")]
    [InlineData("chat://sessions/a%zz")]
    [InlineData("chat://sessions/a%FF")]
    [InlineData("chat://sessions/a%C3")]
    [InlineData("chat://sessions/%2%35")]
    [InlineData("chat://sessions/a/b")]
    [InlineData("chat://sessions/a/json/")]
    [InlineData("chat://sessions/a?project=1")]
    [InlineData("chat://sessions/a?project_id")]
    [InlineData("chat://sessions/a/attachments/src")]
    [InlineData("chat://sessions/a/attachments/src/")]
    [InlineData("chat://turns/a")]
    [InlineData("chat://turns/a/1/2")]
    [InlineData("chat://json/a")]
    [InlineData("chat://Sessions")]
    [InlineData("http://sessions/a")]
    [InlineData("")]
    public void What_is_no_address_is_refused(string uri) =>
        Assert.Equal(ChatSessionError.NotFound, Assert.Throws<ChatSessionException>(() => ChatUri.Parse(uri)).Error);

    [Fact]
    public async Task A_tool_call_says_how_long_it_took_if_both_ends_have_a_time()
    {
        await using var server = await InMemoryServer.WithFilesAsync(
            Some.ImportedText(
                "ses-1",
                """{"format":"codex"}""",
                Some.Event("""{"type":"tool_call","timestamp":"2026-03-01T10:00:00.000Z","call_id":"1","name":"run","arguments":{}}"""),
                Some.Event("""{"type":"tool_result","timestamp":"2026-03-01T10:00:02.250Z","call_id":"1","name":"run","result":"done"}"""),
                Some.Event("""{"type":"tool_call","timestamp":"2026-03-01T10:00:03.000Z","call_id":"2","name":"run","arguments":{}}"""),
                Some.Event(
                    """{"type":"tool_result","timestamp":"2026-03-01T10:00:01.000Z","call_id":"2","name":"run","result":"earlier"}"""
                ),
                Some.ToolUse("run")
            )
        );

        var calls = JsonElement.Parse(await server.ReadAsync("chat://sessions/ses-1/tool-calls"));

        Assert.Equal(
            ["2250", null, null],
            calls.EnumerateArray().Select(call => call.TryGetProperty("duration_ms", out var took) ? took.GetRawText() : null)
        );
    }

    [Fact]
    public void A_scope_may_follow_any_address()
    {
        var uri = ChatUri.Parse("chat://sessions/a%2Fb/turns/last%203?project_id=p%26q&organization_id=");

        var turns = Assert.IsType<ChatUri.Turns>(uri);
        Assert.Equal(
            ("a/b", "last 3", "p&q", null),
            (turns.SessionId, turns.Range.ToString(), turns.Scope.ProjectId, turns.Scope.OrganizationId)
        );
    }

    [Fact]
    public async Task A_lone_surrogate_in_a_call_is_written_as_the_escape_that_it_was_recorded_as()
    {
        await using var server = await InMemoryServer.WithFilesAsync(
            Some.SessionText(
                "ses-1",
                null,
                Some.Event("""{"type":"tool_call","call_id":"a\ud800\"😀","name":"b\udc00","arguments":{"c":"\ud800"}}""")
            )
        );

        Assert.StartsWith(
            """{"event":0,"call_id":"a\ud800\"\uD83D\uDE00","name":"b\udc00","arguments":{"c":"\ud800"},""",
            await server.ReadAsync("chat://sessions/ses-1/tool-calls/0"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Every_template_is_served()
    {
        await using var server = await InMemoryServer.WithSamplesAsync();

        Assert.Contains("ses-sample-lamp-order", await server.ReadAsync("chat://sessions"), StringComparison.Ordinal);
        Assert.StartsWith("```text\nSession: ses-sample-failing-tests\n", await server.ReadAsync(Sample), StringComparison.Ordinal);
        Assert.Contains("\nPart: turns 1-1 of ", await server.ReadAsync($"{Sample}/turns/last"), StringComparison.Ordinal);
        Assert.StartsWith("{\n  \"session_id\"", await server.ReadAsync($"{Sample}/json"), StringComparison.Ordinal);
        Assert.Equal("user_input", JsonElement.Parse(await server.ReadAsync($"{Sample}/events/0")).GetProperty("type").GetString());
        Assert.Equal(3, JsonElement.Parse(await server.ReadAsync($"{Sample}/events/0-2")).GetArrayLength());
        var calls = JsonElement.Parse(await server.ReadAsync($"{Sample}/tool-calls"));
        Assert.Equal(calls[0].GetRawText(), JsonElement.Parse(await server.ReadAsync($"{Sample}/tool-calls/2")).GetRawText());
        Assert.Equal(calls[0].GetRawText(), JsonElement.Parse(await server.ReadAsync($"{Sample}/tool-calls/3")).GetRawText());
        Assert.Equal(JsonValueKind.Array, JsonElement.Parse(await server.ReadAsync($"{Sample}/messages")).ValueKind);
    }

    [Fact]
    public async Task A_tool_call_names_the_screenshot_of_its_result()
    {
        await using var server = await InMemoryServer.WithFilesAsync(
            Some.SessionText("ses-1", null, Some.ToolUse("look", image: ("s", "a/b.png")))
        );

        var call = JsonElement.Parse(await server.ReadAsync("chat://sessions/ses-1/tool-calls/0"));

        Assert.Equal("""{"source_id":"s","attachment_name":"a/b.png"}""", call.GetProperty("image_attachment").GetRawText());
    }

    [Theory]
    [InlineData(InMemoryServer.OlderVersion, -32002)]
    [InlineData(InMemoryServer.NewestVersion, -32602)]
    public async Task A_missing_resource_has_the_code_of_its_protocol_version(string version, int code)
    {
        await using var server = await InMemoryServer.WithSamplesAsync(version);
        foreach (
            var uri in (string[])
                [
                    "chat://sessions/nobody",
                    $"{Sample}/events/999",
                    $"{Sample}/turns/99",
                    $"{Sample}/tool-calls/0",
                    "chat://elsewhere",
                    $"{Sample}/other",
                ]
        )
        {
            var error = await server.RequestAsync("resources/read", $$"""{"uri":"{{uri}}"}""");

            Assert.Equal((code, uri), (error.GetProperty("code").GetInt32(), error.GetProperty("data").GetProperty("uri").GetString()));
        }
    }

    [Theory]
    [InlineData("/events/x", "Invalid events 'x'")]
    [InlineData("/events/3-1", "put the lower number first")]
    [InlineData("/turns/x", "Invalid turns 'x'")]
    [InlineData("/tool-calls/2-5", "is a range")]
    public async Task A_bad_part_is_an_invalid_parameter(string path, string sentence)
    {
        await using var server = await InMemoryServer.WithSamplesAsync();

        var error = await server.RequestAsync("resources/read", $$"""{"uri":"{{Sample}}{{path}}"}""");

        Assert.Equal(-32602, error.GetProperty("code").GetInt32());
        Assert.Contains(sentence, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_large_for_one_answer_is_refused_with_the_way_to_read_it()
    {
        await using var server = await InMemoryServer.WithFilesAsync(
            Some.SessionText("big", "T", Some.Text(new string('x', 9 << 20)), Some.Text(new string('y', 9 << 20)))
        );
        foreach (var part in (string[])["/json", "/tool-calls", "/messages", "/events/0-1"])
        {
            var error = await server.RequestAsync("resources/read", $$"""{"uri":"chat://sessions/big{{part}}"}""");
            Assert.Contains("read_chat_events", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
        Assert.Equal('y', (await server.ReadAsync("chat://sessions/big/events/1"))[1_000]);
    }

    [Fact]
    public async Task The_newest_hundred_sessions_are_listed_on_one_page()
    {
        await using var cloud = await FakeLlamaCloud.StartAsync();
        for (var number = 0; number < 120; number++)
            cloud.Add(Session($"ses-{number}", $"2026-01-01T{number / 60:00}:{number % 60:00}:00"));
        await using var server = await InMemoryServer.WithCloudAsync(cloud);

        var list = await server.RequestAsync("resources/list");

        Assert.False(list.TryGetProperty("nextCursor", out _));
        Assert.Equal(
            Enumerable.Range(20, 100).Reverse().Select(number => $"chat://sessions/ses-{number}").Prepend("chat://sessions"),
            list.GetProperty("resources").EnumerateArray().Select(one => one.GetProperty("uri").GetString())
        );
        Assert.Equal(-32602, (await server.RequestAsync("resources/list", """{"cursor":"page 2"}""")).GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_listed_session_is_described_by_its_title_and_date()
    {
        await using var server = await InMemoryServer.WithFilesAsync(
            Some.SessionText("ses-1", "Why the build fails", Some.UserInput("?"), Some.Text("It does not."), Some.Stop())
        );

        var listed = (await server.RequestAsync("resources/list")).GetProperty("resources").EnumerateArray().Last();

        Assert.Matches("^Why the build fails, [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+, ok$", listed.GetProperty("description").GetString());
    }

    [Theory]
    [InlineData("chat://turns/ses-1/1", "chat://sessions/ses-1/turns/1")]
    [InlineData("chat://events/ses-1/0-1", "chat://sessions/ses-1/events/0-1")]
    [InlineData("chat://tool-calls/ses-1/1", "chat://sessions/ses-1/tool-calls/1")]
    public async Task A_part_of_a_session_has_an_address_with_the_part_first(string uri, string same)
    {
        await using var server = await InMemoryServer.WithFilesAsync(
            Some.SessionText("ses-1", null, Some.UserInput("?"), Some.ToolUse("search"))
        );

        Assert.Equal(await server.ReadAsync(same), await server.ReadAsync(uri));
    }

    [Fact]
    public async Task Of_the_templates_that_begin_like_sessions_none_has_two_variables()
    {
        await using var server = await InMemoryServer.WithSamplesAsync();

        var templates = (await server.RequestAsync("resources/templates/list")).GetProperty("resourceTemplates").EnumerateArray();

        Assert.All(
            templates.Select(template => template.GetProperty("uriTemplate").GetString()!),
            uri => Assert.Equal(uri.StartsWith("chat://sessions/", StringComparison.Ordinal), uri.Count(letter => letter == '{') == 1)
        );
        Assert.All(templates, template => Assert.NotEmpty(template.GetProperty("title").GetString()!));
    }

    [Fact]
    public async Task A_session_opens_no_screenshot_that_it_does_not_show()
    {
        await using var cloud = await FakeLlamaCloud.StartAsync();
        cloud.Add(Some.SessionText("ses-1", "T", Some.UserInput("Q")));
        cloud.AddAttachment("src", "secret.png", "image/png", [1, 2, 3]);
        await using var server = await InMemoryServer.WithCloudAsync(cloud);

        var refused = await server.RequestAsync("resources/read", """{"uri":"chat://sessions/ses-1/attachments/src/secret.png"}""");

        Assert.Contains("has no attachment 'secret.png'", refused.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_screenshot_comes_whole_and_its_presigned_address_never()
    {
        byte[] image = [.. Enumerable.Range(0, 5_000).Select(n => (byte)(n * 31))];
        await using var cloud = await FakeLlamaCloud.StartAsync();
        cloud.Add(Some.SessionText("ses-1", "T", Some.ToolUse("look", image: ("src 1", "a/b c.png"))));
        cloud.AddAttachment("src 1", "a/b c.png", "image/png", image);
        await using var server = await InMemoryServer.WithCloudAsync(cloud);
        foreach (var name in (string[])["a/b%20c.png", "a%2Fb%20c.png"])
        {
            var uri = $"chat://sessions/ses-1/attachments/src%201/{name}";
            var read = await server.Client.ReadResourceAsync(uri, cancellationToken: TestContext.Current.CancellationToken);
            var blob = Assert.IsType<BlobResourceContents>(Assert.Single(read.Contents));
            Assert.Equal((uri, "image/png"), (blob.Uri, blob.MimeType));
            Assert.Equal(image, blob.DecodedData.ToArray());
        }
        await server.RequestAsync("resources/read", """{"uri":"chat://sessions/ses-1/attachments/src%201/missing.png"}""");
        cloud.AttachmentUrl = "http://10.0.0.1/X-Amz-Signature=presigned";
        cloud.Next(Faults.Status(403));
        await server.RequestAsync("resources/read", """{"uri":"chat://sessions/ses-1/attachments/src%201/a/b%20c.png"}""");

        Assert.DoesNotContain(
            server.Wire,
            line => line.Contains("presigned", StringComparison.Ordinal) || line.Contains("Amz", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(server.Wire, line => line.Contains("llx-key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_project_is_passed_on_and_must_be_a_UUID()
    {
        await using var cloud = await FakeLlamaCloud.StartAsync();
        cloud.Add(Some.SessionText("ses-1", "T", Some.UserInput("Why?")));
        await using var server = await InMemoryServer.WithCloudAsync(cloud);
        const string project = "01234567-89ab-cdef-0123-456789abcdef";

        await server.ReadAsync($"chat://sessions/ses-1?project_id={project}");
        Assert.Contains(cloud.Requests, request => request.Target == $"/api/v1/chat/ses-1?project_id={project}");
        await server.CallAsync("get_chat_session", $$"""{"session_id":"ses-1","organization_id":"{{project}}"}""");
        Assert.Contains(cloud.Requests, request => request.Target == $"/api/v1/chat/ses-1?organization_id={project}");
        Assert.StartsWith(
            "project_id is not a UUID",
            await server.RefusalAsync("get_chat_session", """{"session_id":"ses-1","project_id":"p"}"""),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "No session 'nobody' in",
            await server.RefusalAsync("get_chat_session", """{"session_id":"nobody"}"""),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "Invalid session id: ",
            await server.RefusalAsync("get_chat_session", """{"session_id":".."}"""),
            StringComparison.Ordinal
        );
    }

    private static string Session(string id, string updated) => $$"""{"session_id":"{{id}}","last_updated_at":"{{updated}}","events":[]}""";
}
