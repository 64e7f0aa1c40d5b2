using System.Globalization;
using System.Text.RegularExpressions;
using ChatMcpServer.Hosting;
using ChatMcpServer.Hosting.Access;
using ChatMcpServer.Mcp;
using ChatMcpServer.Mcp.Completions;
using ChatMcpServer.Mcp.Resources;
using ChatMcpServer.Mcp.Tools;
using ChatMcpServer.Tests.Documents;
using ChatSessions.Archive;
using ChatSessions.Condensing;
using ChatSessions.Following;
using ChatSessions.Importing;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Sources.Files;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.ToolCalls;
using ModelContextProtocol;
using Xunit;

namespace ChatMcpServer.Tests;

/// <summary>The table of limits says what the code does.</summary>
public sealed partial class LimitsTests
{
    /// <summary>The depth of System.Text.Json where options name none.</summary>
    private const int JsonsOwnDepth = 64;

    private static readonly LlamaCloudOptions Cloud = new() { ApiKey = "llx-1" };
    private readonly string page = Repository.Read("docs/limits.md");

    private static IReadOnlyList<(string What, string Limit)> OfTheCode =>
        [
            ("a session", Size(FileSource.DefaultMaxSessionBytes)),
            ("a line of a file", Size(FileSource.DefaultMaxSessionBytes)),
            ("a compressed file, unpacked", $"{RecordLimits.UnpackedRecords} sessions of the largest size"),
            ("sessions from a pipe", Size(FileSource.DefaultMaxSessionBytes)),
            ("lines of a file", Number(RecordLimits.MaxLines)),
            ("sessions in a file", Number(FoundSessions.Most)),
            ("lines of a file that are not sessions", Number(SessionFile.MostBrokenLines)),
            ("JSON files in a zip", Number(ZippedFiles.MostFiles)),
            ("a database of another program", Size(DatabaseFiles.MaxBytes)),
            ("files in a folder of an opencode session", Number(OpenCodeFolder.MostFiles)),
            ("events of a session", Number(SessionJson.MostEvents)),
            ("a session's id", $"{SessionId.MaxLength} characters"),
            ("a message of MCP", Size(Requests.MaxBytes)),
            ("depth of a message of MCP", Number(McpJsonUtilities.DefaultOptions.MaxDepth is var depth and > 0 ? depth : JsonsOwnDepth)),
            ("an id that is sent to LlamaCloud", $"{Number(RequestPath.MaxLength)} characters"),
            ("a search query", $"{Number(SearchQuery.MaxLength)} characters"),
            ("terms of a search query", Number(SearchQuery.MaxTerms)),
            ("`matching` of tool calls", $"{Number(CallPattern.MaxLength)} characters"),
            ("a regular expression in `matching`", $"{Seconds(CallPattern.TimeLimit)} for a session"),
            ("requests at the same time", Number(RequestTurns.DefaultMost)),
            ("requests that wait", Number(RequestTurns.MostWaiting)),
            ("a request's wait for its turn", Seconds(RequestTurns.LongestWait)),
            ("requests of a caller a minute", Number(CallerLimits.DefaultRequestsPerMinute)),
            ("requests of a caller at once, after a silence", $"{new CallerLimits().InARow}"),
            ("requests of a caller at the same time", Number(CallerLimits.DefaultAtOnce)),
            ("requests of a caller that wait", Number(CallerLimits.MostWaiting)),
            ("requests of a caller that wait for updates", Number(CallerLimits.MostListening)),
            ("subscriptions of a caller", Number(SessionUpdates.MostFollowers)),
            ("subscriptions of all callers", Number(SessionUpdates.MostFollowersInAll)),
            ("a token of an issuer", $"{Number(OidcTokens.LongestToken)} characters"),
            ("tokens of an answer", Number(CondenseOptions.LargestMaxTokens)),
            ("sessions on a page", Number(ChatSessionTools.MostListed)),
            ("sessions that are counted for a list", Number(SessionListPage.MostCounted)),
            ("hits of a search", Number(ChatSearchTools.MostHits)),
            (
                "matching texts that are counted",
                $"{Number(Collected.MostCounted)}; of words in a row {Number(Collecting.MostCountedInARow)}"
            ),
            ("a resource", Size(SessionResources.MostCharacters)),
            ("values of a completion", Number(SessionCompletion.MostValues)),
            ("a request, with all tries", Seconds(Cloud.Patience)),
            ("a request that the archive could answer", Seconds(CloudPatience.Silence)),
            ("a connection", Seconds(LlamaCloudApi.ConnectTimeout)),
            ("tries of a request", Number(1 + Cloud.Retries)),
            ("a wait that LlamaCloud asks for", Seconds(FailedTryException.LongestWaitAsked)),
            ("redirects of a request", Number(Redirects.MaxRedirects)),
            ("requests to see what changed", $"{PollLimit.MostAMinute} a minute"),
            ("an answer", Size(Cloud.MaxBodyBytes)),
            ("a screenshot", Size(Cloud.MaxAttachmentBytes)),
            ("sessions that are kept after reading", Size(SessionCache.MostBytes)),
            ("of these, sessions of a caller", $"1/{SessionCache.Parts}"),
            ("earlier states of files that are being written", Size(FileSource.MostWholeStates)),
            ("sessions that wait to be saved", Size(SaveQueue.MostWaiting)),
        ];

    [Fact]
    public void The_numbers_of_the_table_are_those_of_the_code()
    {
        var written = Row.Matches(page)
            .Select(row => (row.Groups["what"].Value, row.Groups["limit"].Value))
            .Where(row => row.Item2 is not ("none" or "limit" or "that of the process" or "one at a time"));

        Assert.Equal(OfTheCode, written);
    }

    [Fact]
    public void Numbers_that_stand_elsewhere_in_the_table_are_those_of_the_code()
    {
        Assert.Contains(
            $"| `max_tokens`, from {CondenseOptions.SmallestMaxTokens}; {Number(CondenseOptions.DefaultMaxTokens)} if absent |",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains($"For {Seconds(CloudPatience.Rest)} after a failure", page, StringComparison.Ordinal);
        Assert.Contains($"deeper than {RawJson.ElementDepth} leaves as a string", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_limit_names_its_option_or_says_that_there_is_none()
    {
        var commands = Repository.Read("docs/commands.md");
        var rows = Row.Matches(page).Where(row => row.Groups["limit"].Value is not ("none" or "limit")).ToList();

        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.NotEqual("", row.Groups["option"].Value));
        Assert.All(
            rows.SelectMany(row => Option.Matches(row.Groups["option"].Value)),
            option => Assert.Contains(option.Value, commands, StringComparison.Ordinal)
        );
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Size(long bytes) => $"{Number(bytes >> 20)} MB";

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds} s";

    /// <summary>As in <c>| lines of a file | 1,000,000 | none | The rest is not read. |</c>.</summary>
    [GeneratedRegex(@"^\| (?<what>[^*|][^|]*) \| (?<limit>[^|]+) \| ?(?<option>[^|]*?) ?\|", RegexOptions.Multiline)]
    private static partial Regex Row { get; }

    [GeneratedRegex("--[a-z-]+|[A-Z]+(_[A-Z]+)+")]
    private static partial Regex Option { get; }
}
