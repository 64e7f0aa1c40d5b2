using System.Runtime.Versioning;
using System.Text;
using ChatMcpServer.Hosting.Access;
using ChatMcpServer.Tests.Cli;
using ChatSessions.Model;
using ChatSessions.Sources.Files;
using Xunit;

namespace ChatMcpServer.Tests.Hosting.Access;

public sealed class TokenFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    private string File => Path.Combine(folder.Path, "tokens.json");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_token_is_stored_as_a_hash_that_only_its_owner_may_read()
    {
        var token = Add("ann");

        var text = System.IO.File.ReadAllText(File);
        Assert.StartsWith("chatmcp_", token, StringComparison.Ordinal);
        Assert.Equal("chatmcp_".Length + 64, token.Length);
        Assert.DoesNotContain(token["chatmcp_".Length..], text, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(AccessToken.Hash(token)), text, StringComparison.Ordinal);
        using var file = System.IO.File.OpenRead(File);
        Assert.True(PrivateFile.IsPrivate(file));
    }

    [Fact]
    public void No_two_tokens_are_alike() =>
        Assert.Equal(1_000, Enumerable.Range(0, 1_000).Select(_ => AccessToken.Make()).Distinct().Count());

    [Fact]
    public async Task Changes_at_the_same_time_are_all_kept_and_readers_never_see_half_a_file()
    {
        Add("first");
        using var end = new CancellationTokenSource();
        var reading = Task.Run(
            () =>
            {
                while (!end.IsCancellationRequested)
                    Assert.NotEmpty(TokenFile.Read(File, "--auth"));
            },
            TestContext.Current.CancellationToken
        );

        await Parallel.ForAsync(
            0,
            20,
            TestContext.Current.CancellationToken,
            (number, _) =>
            {
                Add($"caller-{number}");
                return ValueTask.CompletedTask;
            }
        );
        await end.CancelAsync();
        await reading;

        Assert.Equal(21, TokenFile.Read(File, "--auth").Count);
        Assert.Equal(["tokens.json", "tokens.json.lock"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_file_that_others_may_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        Add("ann");
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(File, PrivateFile.Mode | UnixFileMode.OtherRead);

        Assert.Equal(
            $"Others than its owner may read or write {File} of --auth, and it holds secrets. Run `chmod 600` on it, and start again.",
            Refusal()
        );
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void A_group_may_read_what_root_owns_and_nothing_else()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Kubernetes mounts secrets like this, on Linux.");
        Add("ann");
        System.IO.File.SetUnixFileMode(File, PrivateFile.Mode | UnixFileMode.GroupRead);

        var refusal = Record.Exception(() => TokenFile.Read(File, "--auth"));
        System.IO.File.SetUnixFileMode(File, PrivateFile.Mode | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);

        Assert.Equal(Environment.IsPrivilegedProcess, refusal is null);
        Assert.Contains("Others than its owner", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", "is not valid JSON (line 1). Correct it there.")]
    [InlineData("{\n\"tokens\":[,]}", "is not valid JSON (line 2). Correct it there.")]
    [InlineData("[]", "is not a JSON object")]
    [InlineData("{}", "has no 'tokens'")]
    [InlineData("""{"tokens":{}}""", "is not a list")]
    [InlineData("""{"tokens":[{"name":"a b"}]}""", "has no valid 'name'")]
    [InlineData("""{"tokens":[{"name":"ann","sha256":"00"}]}""", "is not 64 hexadecimal digits")]
    [InlineData("""{"tokens":[{"name":"ann","expire":"2026-01-01"}]}""", "has the unknown property 'expire'")]
    [InlineData("""{"tokens":[],"tokens":[]}""", "is not valid JSON: an object has a name twice. Remove one.")]
    public void What_is_no_list_of_tokens_is_refused_with_the_place(string text, string reason)
    {
        SecretFile.Write(File, Encoding.UTF8.GetBytes(text));

        Assert.Contains(reason, Refusal(), StringComparison.Ordinal);
        Assert.Contains(File, Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"soon\"", "is not a date")]
    [InlineData("7", "is not a text")]
    public void A_date_that_is_none_does_not_make_a_token_valid_for_ever(string expires, string reason)
    {
        var hash = new string('0', 64);
        SecretFile.Write(
            File,
            Encoding.UTF8.GetBytes(
                $$"""{"tokens":[{"name":"ann","sha256":"{{hash}}","created":"2026-01-01T00:00:00.0000000+00:00","expires":{{expires}},"scopes":[]}]}"""
            )
        );

        Assert.Contains(reason, Refusal(), StringComparison.Ordinal);
    }

    private string Refusal() => Assert.Throws<ChatSessionException>(() => TokenFile.Read(File, "--auth")).Message;

    private string Add(string name)
    {
        var token = AccessToken.Make();
        var stored = new StoredToken(name, AccessToken.Hash(token), DateTimeOffset.UnixEpoch, null, new HashSet<string>());
        TokenFile.Change(File, "--auth-file", tokens => [.. tokens, stored]);
        return token;
    }
}
