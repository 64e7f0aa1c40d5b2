using System.CommandLine;
using ChatMcpServer.Cli;
using ChatSessions;
using ChatSessions.Model;
using ChatSessions.Sources.LlamaCloud;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class GlobalOptionsTests
{
    private const string Project = "01234567-89ab-cdef-0123-456789abcdef";

    [Fact]
    public void Without_options_there_is_no_source_and_the_limits_are_the_librarys()
    {
        var read = Read([]);

        Assert.Empty(read.SessionPaths);
        Assert.Null(read.LlamaCloud);
        Assert.Equal(new ChatSessionsOptions().MaxSessionBytes, read.MaxSessionBytes);
    }

    [Fact]
    public void Paths_are_flags_or_else_parts_of_a_variable()
    {
        Dictionary<string, string> environment = new() { ["CHAT_MCP_SESSIONS"] = $"a{Path.PathSeparator} b c {Path.PathSeparator}" };

        Assert.Equal(["a", "b c"], Read(environment).SessionPaths);
        Assert.Equal(["x", "y"], Read(environment, "--sessions", "x", "--sessions", "y").SessionPaths);
    }

    [Fact]
    public void The_archive_is_a_flag_or_a_variable_or_lies_in_the_folder_of_the_users_data()
    {
        Dictionary<string, string> environment = new() { ["CHAT_MCP_ARCHIVE"] = "/data/a.db" };

        Assert.EndsWith(Path.Combine("chat-mcp-server", "archive.db"), Path.GetFullPath(Read([]).ArchivePath!));
        Assert.Equal("/data/a.db", Read(environment).ArchivePath);
        Assert.Equal("b.db", Read(environment, "--archive", "b.db").ArchivePath);
        Assert.Null(Read(environment, "--archive", "none").ArchivePath);
        Assert.Null(Read(new() { ["CHAT_MCP_ARCHIVE"] = "none" }).ArchivePath);
    }

    [Fact]
    public void Flags_win_over_variables()
    {
        var read = Read(
            new()
            {
                ["LLAMA_CLOUD_API_KEY"] = "key",
                ["LLAMA_CLOUD_BASE_URL"] = "http://variable",
                ["LLAMA_CLOUD_ORGANIZATION_ID"] = Project,
                ["CHAT_MCP_MAX_SESSION_MB"] = "7",
            },
            "--base-url",
            "http://flag",
            "--project-id",
            Project,
            "--max-session-mb",
            "8"
        );

        Assert.Equal(new Uri("http://flag"), read.LlamaCloud!.BaseUrl);
        Assert.Equal((Project, Project), (read.LlamaCloud.ProjectId, read.LlamaCloud.OrganizationId));
        Assert.Equal(8L << 20, read.MaxSessionBytes);
    }

    [Fact]
    public void A_key_comes_from_a_file_before_it_comes_from_a_variable()
    {
        using var folder = new TempFolder();
        var path = folder.Write("key", "llx-of-the-file", "");

        Assert.Equal("llx-of-the-file", Read(new() { ["LLAMA_CLOUD_API_KEY"] = "other" }, "--api-key-file", path).LlamaCloud!.ApiKey);
    }

    [Fact]
    public void A_key_of_several_lines_is_refused_without_being_shown()
    {
        using var folder = new TempFolder();
        var path = folder.Write("key", "secret-one", "secret-two");

        var message = Refusal([], "--api-key-file", path);

        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        Assert.DoesNotContain("LLAMA_CLOUD_API_KEY", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" \n", "is empty")]
    public void A_file_without_a_key_is_refused(string content, string why)
    {
        using var folder = new TempFolder();

        Assert.Contains(why, Refusal([], "--api-key-file", folder.Write("key", content)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_file_that_is_missing_or_a_folder_is_refused()
    {
        using var folder = new TempFolder();

        Assert.Contains("Cannot read", Refusal([], "--api-key-file", Path.Combine(folder.Path, "none")), StringComparison.Ordinal);
        Assert.Contains("Cannot read", Refusal([], "--api-key-file", folder.Path), StringComparison.Ordinal);
        Assert.Contains("Cannot read", Refusal([], "--api-key-file", ""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--base-url", "https://api.example")]
    [InlineData("--project-id", Project)]
    [InlineData("--organization-id", Project)]
    public void A_flag_for_LlamaCloud_needs_a_key(string flag, string value)
    {
        var message = Refusal([], flag, value);

        Assert.StartsWith($"{flag} needs a LlamaCloud API key", message, StringComparison.Ordinal);
        Assert.Contains("Set LLAMA_CLOUD_API_KEY", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--base-url", "LLAMA_CLOUD_BASE_URL", "ftp://x")]
    [InlineData("--project-id", "LLAMA_CLOUD_PROJECT_ID", "p")]
    [InlineData("--organization-id", "LLAMA_CLOUD_ORGANIZATION_ID", "o")]
    public void An_error_names_the_flag_or_the_variable_that_was_used(string flag, string variable, string value)
    {
        Dictionary<string, string> key = new() { ["LLAMA_CLOUD_API_KEY"] = "key" };

        Assert.StartsWith($"{flag} is not", Refusal(key, flag, value), StringComparison.Ordinal);
        Assert.DoesNotContain(variable, Refusal(key, flag, value), StringComparison.Ordinal);
        Assert.StartsWith($"{variable} is not", Refusal(new(key) { [variable] = value }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new string[0], LogLevel.Warning)]
    [InlineData(new[] { "--log-level", "DEBUG" }, LogLevel.Debug)]
    [InlineData(new[] { "--log-level", "none" }, LogLevel.None)]
    public void The_log_level_is_warning_by_default(string[] arguments, LogLevel level)
    {
        var (options, flags) = Parse([], arguments);

        Assert.Equal(level, options.ReadLogLevel(flags));
    }

    [Theory]
    [InlineData("LLAMA_CLOUD_API_KEY", "LLAMA_CLOUD_API_KEY")]
    [InlineData("LLAMA_PARSE_API_KEY", "LLAMA_PARSE_API_KEY")]
    [InlineData("OTHER", null)]
    public void What_the_key_was_taken_from_can_be_told(string variable, string? origin)
    {
        var (options, flags) = Parse(new() { [variable] = "key" });

        Assert.Equal(origin, options.LlamaCloud.KeyOrigin(flags));
        Assert.Equal(origin is null ? null : LlamaCloudOptions.DefaultBaseUrl, options.Read(flags).LlamaCloud?.BaseUrl);
    }

    private static ChatSessionsOptions Read(Dictionary<string, string> environment, params string[] arguments)
    {
        var (options, flags) = Parse(environment, arguments);
        return options.Read(flags);
    }

    private static string Refusal(Dictionary<string, string> environment, params string[] arguments)
    {
        var exception = Assert.Throws<ChatSessionException>(() => Read(environment, arguments));
        Assert.Equal(ChatSessionError.InvalidArgument, exception.Error);
        return exception.Message;
    }

    private static (GlobalOptions Options, ParseResult Flags) Parse(Dictionary<string, string> environment, params string[] arguments)
    {
        var options = new GlobalOptions(name => environment.GetValueOrDefault(name));
        var command = new RootCommand();
        options.AddTo(command);
        return (options, command.Parse(arguments));
    }
}
