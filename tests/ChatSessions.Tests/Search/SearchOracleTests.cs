using System.Text.Json;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Sources.Samples;
using Xunit;

namespace ChatSessions.Tests.Search;

/// <summary>Compares what the index finds with what is there: nothing is missed, and nothing else is found without a word.</summary>
public sealed class SearchOracleTests : IDisposable
{
    private const int Sessions = 40;
    private const int Queries = 250;

    private static readonly string[] Names =
    [
        "mariadb",
        "MariaDB",
        "maria_db",
        "ModelB",
        "modelb",
        "field_fk",
        "getUserById",
        "get_user_by_id",
        "HTTPServer2",
        "lamp",
        "Lamp",
        "café",
        "cafe\u0301",
        "3f2a9c1e",
        "E11000",
        "ValueError",
        "value",
        "error",
        "open",
        "OpenAI",
        "new",
        "table",
        "run",
        "数据",
        "src",
        "tests",
        "nodeName",
        "quokka",
        "fix",
    ];

    private static readonly string[] Joins = [" ", " ", " ", ".", "_", "/", "\\", "\n", ": ", "(", "-", "::"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chat-oracle-");
    private readonly Random random = new(7);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Made_sessions_are_found_as_brute_force_finds_them()
    {
        var made = Enumerable.Range(0, Sessions).Select(Made).ToList();

        await CompareAsync(made, Enumerable.Range(0, Queries).Select(_ => MadeQuery()));
    }

    [Fact]
    public async Task Samples_are_found_as_brute_force_finds_them()
    {
        var samples = new SampleSource();
        var sessions = new List<Session>();
        await foreach (var page in samples.ListAsync(Caller.Local, SessionFilter.All, null, TestContext.Current.CancellationToken))
        foreach (var summary in page)
            sessions.Add((await samples.FindAsync(summary.SessionId, Caller.Local, TestContext.Current.CancellationToken))!);
        var words = sessions
            .SelectMany(session => session.Events)
            .SelectMany(@event =>
                SearchOracle
                    .TextOf(@event)
                    .Split((char[])[' ', '\n', '"', ',', '(', ')', '\'', '`', '*'], StringSplitOptions.RemoveEmptyEntries)
            )
            .Where(word => word.Length > 2 && word.All(one => one < 128 && (char.IsAsciiLetterOrDigit(one) || "._/".Contains(one))))
            .Where(word => word.Any(char.IsAsciiLetterOrDigit) && word != "OR")
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToArray();

        await CompareAsync(
            sessions,
            Enumerable
                .Range(0, Queries)
                .Select(n => string.Join(' ', Enumerable.Range(0, 1 + n % 3).Select(_ => words[random.Next(words.Length)])))
        );
    }

    private async Task CompareAsync(IReadOnlyList<Session> sessions, IEnumerable<string> queries)
    {
        var end = TestContext.Current.CancellationToken;
        using var archive = SessionArchive.Open(Path.Combine(folder.FullName, "archive.db"));
        await archive.SaveAllAsync(
            ArchiveOwners.Local,
            [.. sessions.Select(session => new ArchivedSession(session, SessionOrigin.File, DateTimeOffset.UnixEpoch))],
            end
        );
        var texts = sessions.SelectMany(SearchOracle.TextsOf).ToList();
        var (whole, partial) = (0, 0);
        foreach (var query in queries)
        {
            var parsed = SearchQuery.Parse(query);
            var telling = string.Join(' ', SearchClause.WithoutSmallWords(parsed.Clauses).Select(clause => clause.Typed));
            var asTyped = Of(texts.Where(text => text.HasAll(telling)));
            // Other forms are looked for where few texts have all as typed.
            var expected =
                asTyped.Count >= (parsed.Clauses.Count == 1 ? 24 : 60)
                    ? asTyped
                    : Of(texts.Where(text => telling.Split(' ').All(term => HasInAnyForm(text, term))));
            var (found, counted, page) = (new List<(string, int)>(), 0, (SearchPage?)null);
            do
            {
                page = await archive.SearchAsync(new(), [ArchiveOwners.Local], parsed, SearchFilter.All, 50, page?.NextCursor, end);
                found.AddRange(page.Hits.Select(hit => (hit.Session.SessionId, hit.Position)));
                counted += page.Hits.Count + page.Hits.Sum(hit => hit.MoreHits);
            } while (page.NextCursor is not null);

            Assert.Equal(page.Found.Hits, counted);
            Assert.Equal(found.Count, found.Distinct().Count());
            if (page.Whole is null)
            {
                whole++;
                // Of texts that are the same around the hit, one is returned for all.
                Assert.True(found.All(expected.Contains), $"'{query}' finds {string.Join(' ', found.Except(expected))}");
                Assert.True(expected.Count == counted, $"'{query}' misses {string.Join(' ', expected.Except(found))}");
                continue;
            }
            Assert.True(asTyped.All(found.Contains), $"'{query}' misses {string.Join(' ', asTyped.Except(found))}");
            // Fewer than three have everything: the answer says how many, and what is nowhere; each hit has at least a part.
            partial++;
            Assert.True(page.Whole == expected.Count || page.Unmet.Count > 0, $"'{query}' has {page.Whole}, not {expected.Count}");
            Assert.True(expected.All(found.Contains), $"'{query}' misses {string.Join(' ', expected.Except(found))}");
            foreach (var term in telling.Split(' '))
                Assert.Equal(!texts.Any(text => HasInAnyForm(text, term)), page.Unmet.Any(unmet => unmet.Typed == term));
            if (page.Unmet.Count == 0)
                Assert.All(
                    found,
                    hit =>
                        Assert.Contains(
                            telling.Split(' '),
                            term => HasInAnyForm(texts.Single(text => (text.SessionId, text.Position) == hit), term)
                        )
                );
        }
        Assert.True(whole > Queries / 10 && partial > Queries / 10, $"{whole} whole, {partial} partial");
    }

    private static List<(string, int)> Of(IEnumerable<SearchOracle> texts) =>
        [.. texts.Select(text => (text.SessionId, text.Position)).Order()];

    private static bool HasInAnyForm(SearchOracle text, string term) =>
        text.Has(term) || SearchQuery.Parse(term).Clauses.SelectMany(clause => clause.WithForms().Alternatives[0].Forms).Any(text.Has);

    private Session Made(int number) =>
        Some.Session(
            $"s{number}",
            null,
            [
                .. Enumerable
                    .Range(0, 6)
                    .Select(n =>
                        (n % 3) switch
                        {
                            0 => Some.UserInput(Text($"u{number}x{n}")),
                            1 => Some.ToolUse("bash", "{}", Some.Quoted(Nested(Text($"r{number}x{n}")))),
                            _ => Some.Event($$"""{"type":"text","content":{{Json(Text($"t{number}x{n}"))}}}"""),
                        }
                    ),
            ]
        );

    /// <summary>A text with a word of its own at its beginning, so that no two are the same around a hit.</summary>
    private string Text(string own) =>
        own + " " + string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => Pick(Names) + Pick(Joins))) + Pick(Names) + " " + own;

    /// <summary>The text as JSON, as JSON within JSON, or with colours.</summary>
    private string Nested(string text) =>
        random.Next(4) switch
        {
            0 => Json(text),
            1 => Json(Json(text)),
            2 => $"\u001b[31m{text}\u001b[0m",
            _ => text,
        };

    private static string Json(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private string MadeQuery() =>
        string.Join(
            ' ',
            Enumerable
                .Range(0, random.Next(1, 4))
                .Select(_ => random.Next(3) == 0 ? Pick(Names) + Pick(["_", ".", "/", "-x."]) + Pick(Names) : Cased(Pick(Names)))
        );

    private string Cased(string name) =>
        random.Next(3) switch
        {
            0 => name.ToLowerInvariant(),
            1 => name.ToUpperInvariant(),
            _ => name,
        };

    private string Pick(string[] from) => from[random.Next(from.Length)];
}
