using System.Net;
using ChatMcpServer.Hosting.Access;
using ChatSessions.Model;
using ChatSessions.Tests;
using ChatSessions.Tests.Sources.LlamaCloud;
using Xunit;

namespace ChatMcpServer.Tests.Hosting.Access;

/// <summary>With which key each caller reads, and whose sessions callers share.</summary>
public sealed class CallersFileTests : IAsyncLifetime
{
    private const string Get = """{"session_id":"ses-1"}""";

    private readonly AccessServer server = new();
    private FakeLlamaCloud cloud = null!;

    public async ValueTask InitializeAsync()
    {
        cloud = await FakeLlamaCloud.StartAsync();
        server.UseCloud(cloud.BaseUrl);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task Each_caller_reads_with_their_own_key_and_never_with_the_token()
    {
        foreach (var key in (string[])["llx-of-ann", "llx-of-a-variable", "llx-of-a-header"])
            cloud.Add(System.Text.Encoding.UTF8.GetBytes(Some.SessionText("ses-1", null, Some.UserInput($"read with {key[4..]}"))), key);
        server.WriteCallers("""{"ann":{"key":"llx-of-ann"},"bob":{"keyFromEnvironment":"KEY_OF_THE_TESTS"}}""");
        var (ann, bob, cid) = (server.AddToken("ann"), server.AddToken("bob"), server.AddToken("cid"));
        await server.StartAsync();

        Assert.Contains("read with of-ann", await ReadAsync(ann), StringComparison.Ordinal);
        Assert.Contains("read with of-a-variable", await ReadAsync(bob), StringComparison.Ordinal);
        Assert.Contains("read with of-a-header", await ReadAsync(cid, "llx-of-a-header"), StringComparison.Ordinal);
        Assert.Contains("read with of-a-header", await ReadAsync(ann, "llx-of-a-header"), StringComparison.Ordinal);
        Assert.Contains("read with of-ann", await ReadAsync(ann), StringComparison.Ordinal);
        var requests = cloud.Requests.Count;
        Assert.Contains("No session", await ReadAsync(cid), StringComparison.Ordinal);

        Assert.Equal(requests, cloud.Requests.Count);
        Assert.Equal(
            ["Bearer llx-of-a-header", "Bearer llx-of-a-variable", "Bearer llx-of-ann"],
            cloud.Requests.Select(request => request.Headers["Authorization"]).Distinct().Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Two_callers_with_the_same_key_do_not_share_what_is_kept()
    {
        cloud.Add(Some.SessionText("ses-1", null, Some.UserInput("Why?")));
        server.WriteCallers("""{"*":{"key":"llx-of-all"}}""");
        var (ann, bob) = (server.AddToken("ann"), server.AddToken("bob"));
        await server.StartAsync();
        await ReadAsync(ann);

        cloud.Always = Faults.Status(500);

        Assert.Contains("archive's copy", await ReadAsync(ann), StringComparison.Ordinal);
        Assert.DoesNotContain("Why?", await ReadAsync(bob), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_is_read_by_its_members_only_and_the_callers_own_session_comes_first()
    {
        server.WriteCallers("""{"ann":{"groups":["reviewers"]},"bob":{"groups":["reviewers","others"]},"dan":{"local":true}}""");
        await server.SaveAsync("group:reviewers", Some.SessionText("ses-1", null, Some.UserInput("of the group")));
        await server.SaveAsync("group:reviewers", Some.SessionText("ses-2", null, Some.UserInput("of the group")));
        await server.SaveAsync("token:bob", Some.SessionText("ses-1", null, Some.UserInput("of bob")));
        await server.SaveAsync("local", Some.SessionText("ses-3", null, Some.UserInput("of the machine")));
        var tokens = new[] { "ann", "bob", "cid", "dan" }.Select(name => server.AddToken(name)).ToList();
        await server.StartAsync();

        var read = new List<string>();
        var listed = new List<string>();
        foreach (var token in tokens)
        {
            var text = await ReadAsync(token);
            read.Add(new[] { "of the group", "of bob", "No session" }.Single(words => text.Contains(words, StringComparison.Ordinal)));
            var list = (await server.AskAsync(Rpc.Call(1, "list_chat_sessions"), token)).GetProperty("structuredContent");
            listed.Add(
                string.Join(
                    ' ',
                    list.GetProperty("sessions").EnumerateArray().Select(one => one.GetProperty("session_id").GetString()).Order()
                )
            );
        }

        Assert.Equal(["of the group", "of bob", "No session", "No session"], read);
        Assert.Equal(["ses-1 ses-2", "ses-1 ses-2", "", "ses-3"], listed);
    }

    [Fact]
    public async Task A_changed_file_counts_from_the_next_request_on()
    {
        server.WriteCallers("""{"ann":{"groups":["reviewers"]}}""");
        await server.SaveAsync("group:reviewers", Some.SessionText("ses-1", null, Some.UserInput("of the group")));
        var ann = server.AddToken("ann");
        await server.StartAsync();
        Assert.Contains("of the group", await ReadAsync(ann), StringComparison.Ordinal);

        server.WriteCallers("{}");

        Assert.Contains("No session", await ReadAsync(ann), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_that_is_no_key_is_a_bad_request()
    {
        var ann = server.AddToken("ann");
        await server.StartAsync();

        using var response = await server.SendAsync(Rpc.Ping(1), ann, (AccessGate.KeyHeader, "two words"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("""{"ann":{"kye":"x"}}""", "has the unknown property 'kye'")]
    [InlineData("""{"ann":{"key":"a","keyFromEnvironment":"B"}}""", "has both 'key' and 'keyFromEnvironment'")]
    [InlineData("""{"ann":{"keyFromEnvironment":"UNSET"}}""", "The variable UNSET")]
    [InlineData("""{"ann":{"key":"a b"}}""", "contains an invalid character")]
    [InlineData("""{"ann":{"key":"a","project":"p"}}""", "is not a UUID")]
    [InlineData("""{"ann":{"project":"01234567-89ab-cdef-0123-456789abcdef"}}""", "no key to read it with")]
    [InlineData("""{"ann":{"groups":["a b"]}}""", "Invalid group 'a b'")]
    [InlineData("""{"ann":{"groups":"a"}}""", "is not a list of texts")]
    [InlineData("""{"ann":{"local":"yes"}}""", "is neither true nor false")]
    [InlineData("""{"ann":[]}""", "is not a JSON object")]
    [InlineData("[]", "is not a JSON object")]
    public void What_says_nothing_of_callers_is_refused_with_the_place(string callers, string reason)
    {
        server.WriteCallers(callers);

        var refusal = Assert.Throws<ChatSessionException>(() => server.Setup.Callers!.Get("token:ann", "ann"));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a b is", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_others_may_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        server.WriteCallers("""{"ann":{"key":"llx-of-ann"}}""");
        File.SetUnixFileMode(server.CallersPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var refusal = Assert.Throws<ChatSessionException>(() => server.Setup.Callers!.Keys);

        Assert.Contains("Others than its owner may read", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<string> ReadAsync(string token, string? key = null) =>
        (await server.AskAsync(Rpc.Call(1, "get_chat_session", Get), token, key is null ? [] : [(AccessGate.KeyHeader, key)]))
            .GetProperty("content")[0]
            .GetProperty("text")
            .GetString()!;
}
