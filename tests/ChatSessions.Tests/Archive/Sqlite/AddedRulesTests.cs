using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using ChatSessions.Search;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>
/// Rules that hide more were added after sessions were saved. Two archives differ only in what is hidden, and every search answers the
/// same in both: a search that answered otherwise would tell what is hidden.
/// </summary>
public sealed class AddedRulesTests : IDisposable
{
    private const string Value = "plumtree-zebra7-quartz";
    private const string Other = "figbrush-tapir4-garnet";

    private static readonly Regex Form = new("[a-z]{8}-[a-z]{5}[0-9]-[a-z]{6}", RegexOptions.NonBacktracking);

    private static readonly JsonSerializerOptions Json = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    private static readonly string[] Queries =
    [
        Value,
        "plumtree",
        "plum*",
        "plumtre",
        "zebra7",
        "zeb*",
        "quartz",
        "plumtree zebra7",
        $"\"{Value}\"",
        "\"plumtree zebra7\"",
        "\"lamp plumtree\"",
        "\"quartz shade\"",
        "\"tree plum\"",
        "lamp",
        "lamp shade",
        "the lamp shade",
        "lamp plumtree",
        "lamp quartz",
        "lamp quartz shade",
        "lamp plumtree notthere",
        "plum* notthere",
        "lamp OR plumtree",
        "plumtree OR quartz OR notthere",
        "green OR zebra7",
        "lamp -plumtree",
        "lamp -quartz -green",
        "lamp -plum*",
        $"lamp -\"{Value}\"",
        "lamp -\"plumtree zebra7\"",
        "green -zebra7",
        "-plumtree",
        "lamp*",
        "token plumtree",
        Encoded(Value),
        Encoded(Value)[..16] + "*",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("chat-added-rules-").FullName;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_search_tells_values_that_were_added() => await AssertSameAsync(Hidden(Value), Hidden(Other));

    [Fact]
    public async Task No_search_tells_what_an_added_pattern_hides()
    {
        var pattern = new SecretFinder(new() { Patterns = [new("form", Form)] });
        await AssertSameAsync(pattern, pattern);
    }

    [Fact]
    public async Task Without_the_rules_the_same_searches_tell_it()
    {
        var (first, second) = await SavedAsync();
        var told = 0;

        foreach (var query in Queries)
            if (
                await AnswersAsync(first, SecretFinder.Standard, query, isShown: false)
                != await AnswersAsync(second, SecretFinder.Standard, query, isShown: false)
            )
                told++;

        Assert.InRange(told, 25, Queries.Length);
    }

    [Fact]
    public async Task What_is_shown_is_found_as_before()
    {
        var (path, _) = await SavedAsync();

        var (before, after) = (await FindAsync(path, SecretFinder.Standard), await FindAsync(path, Hidden(Value)));

        Assert.Equal(before.Found, after.Found);
        Assert.Equal(162, after.Found.Hits);

        static async Task<SearchPage> FindAsync(string path, SecretFinder secrets)
        {
            using var archive = new SqliteArchive(path, secrets);
            return await archive.SearchAsync(
                new OutgoingDoor(secrets),
                [ArchiveOwners.Local],
                SearchQuery.Parse("lamp"),
                SearchFilter.All,
                5,
                null,
                TestEnd
            );
        }
    }

    [Fact]
    public async Task Beginnings_are_not_completed_with_words_that_may_be_hidden()
    {
        var (path, _) = await SavedAsync();

        Assert.Equal(["plumtree"], await EndingsAsync(path, SecretFinder.Standard));
        Assert.Null(await EndingsAsync(path, Hidden(Value)));

        static async Task<IReadOnlyList<string>?> EndingsAsync(string path, SecretFinder secrets)
        {
            using var archive = new SqliteArchive(path, secrets);
            return await archive.ReadTextsAsync(
                new TextScope([ArchiveOwners.Local], SearchFilter.All, Before: null),
                index => index.FindEndingsAsync("plum", 10, TestEnd),
                TestEnd
            );
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task AssertSameAsync(SecretFinder ofFirst, SecretFinder ofSecond)
    {
        var (first, second) = await SavedAsync();

        foreach (var query in Queries)
            Assert.Equal(await AnswersAsync(first, ofFirst, query), await AnswersAsync(second, ofSecond, query));
    }

    private static string Encoded(string value) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{value} is the word of the day"));

    private static SecretFinder Hidden(string value) => new(new() { Values = [value] });

    /// <summary>All pages of all forms of a search, as text.</summary>
    private static async Task<string> AnswersAsync(string path, SecretFinder secrets, string query, bool isShown = true)
    {
        using var archive = new SqliteArchive(path, secrets);
        var answers = new StringBuilder();
        SearchFilter[] filters =
        [
            SearchFilter.All,
            new(Kind: SearchKind.Answer),
            new(Tool: "look"),
            new(SessionId: "many"),
            new(UpdatedAfter: DateTimeOffset.UnixEpoch),
        ];
        foreach (var filter in filters)
        foreach (var bySession in (bool[])[false, true])
        {
            string? cursor = null;
            do
            {
                var page = await archive.SearchAsync(
                    new OutgoingDoor(secrets),
                    [ArchiveOwners.Local],
                    SearchQuery.Parse(query),
                    filter,
                    bySession,
                    bySession ? 1 : 40,
                    cursor,
                    TestEnd
                );
                cursor = page.NextCursor;
                answers.AppendLine(
                    JsonSerializer.Serialize(
                        new
                        {
                            filter,
                            page.Found,
                            page.Whole,
                            page.HasAll,
                            page.Unmet,
                            page.CutPrefixes,
                            page.Sessions,
                            cursor,
                            Hits = page.Hits.Select(hit => new
                            {
                                hit.Session.SessionId,
                                hit.Position,
                                hit.LastPosition,
                                hit.Offset,
                                hit.Kind,
                                hit.Tool,
                                hit.Outcome,
                                Text = isShown ? hit.Snippet.Text : "",
                                Matches = hit.Snippet.Matches.Select(match => match.ToString()),
                                hit.Score,
                                hit.MoreSessions,
                            }),
                            BySession = page.BySession.Select(row => row with { Session = null! }),
                            Ids = page.BySession.Select(row => row.Session.SessionId),
                        },
                        Json
                    )
                );
            } while (cursor is not null);
        }
        return answers.ToString();
    }

    /// <summary>Two archives that were one until each got its own value.</summary>
    private async Task<(string First, string Second)> SavedAsync()
    {
        var (first, second) = (Path.Combine(folder, "first.db"), Path.Combine(folder, "second.db"));
        await SaveAsync(
            first,
            Some.Session("visible", "Lamps", Some.Text("a green lamp shade"), Some.Text("the lamp is the last")),
            // More than are ranked, in which a word of the value is shown, far from the other.
            Some.Session(
                "far",
                null,
                [.. Enumerable.Range(0, 70).Select(n => Some.Text($"lamp {n} one two three four five six seven eight nine ten quartz"))]
            )
        );
        File.Copy(first, second);
        foreach (var (path, value) in new[] { (first, Value), (second, Other) })
        {
            await SaveAsync(
                path,
                Some.Session(
                    "mixed",
                    $"About {value}",
                    Some.UserInput($"lamp {value} shade"),
                    Some.ToolUse("look", $$"""{"for":"{{value}}","in":"{\"lamp\":\"{{value}}\"}"}""", $"\"the {value} lamp\""),
                    Some.FailedToolUse("look", $"no {value} here"),
                    Some.TextDelta($"a lamp {value[..5]}"),
                    Some.TextDelta($"{value[5..]} with a shade"),
                    Some.Text($"encoded {Encoded(value)} lamp"),
                    Some.Text(value)
                ),
                Some.Session("alone", null, Some.Text($"it was {value}"), Some.Thinking($"{value}, {value}")),
                // More than are ranked, and the older ones say something else.
                Some.Session(
                    "many",
                    null,
                    [
                        .. Enumerable.Range(0, 15).Select(n => Some.Text($"green lamp number {n} in the shade")),
                        .. Enumerable.Range(0, 70).Select(n => Some.Text($"lamp {value} number {n}")),
                        .. Enumerable.Range(0, 70).Select(n => Some.Text($"green {value} number {n}")),
                    ]
                )
            );
        }
        return (first, second);

        static async Task SaveAsync(string path, params Session[] sessions)
        {
            using var archive = new SqliteArchive(path);
            await archive.SaveAllAsync(
                ArchiveOwners.Local,
                [.. sessions.Select(session => new ArchivedSession(session, SessionOrigin.File, DateTimeOffset.UnixEpoch))],
                TestEnd
            );
        }
    }
}
