using System.Globalization;
using System.Text;
using ChatSessions.Archive;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Search;

/// <summary>
/// Compares pages of hits and of sessions with what brute force finds: words, phrases, beginnings, OR, what is left out, filters, two owners
/// and files. Its words are simple; how words are read is compared in <see cref="SearchOracleTests"/>.
/// </summary>
public sealed class SearchRulesTests : TempFolder
{
    private const int Sessions = 70;
    private const int Queries = 150;

    private static readonly string[] Frequent = ["lamp", "lambda", "river", "stone", "glass", "the", "数据", "文件"];
    private static readonly string[] Rare = ["zebra", "quartz", "lampshade", "数据库", "walrus"];
    private static readonly string?[] Sources =
    [
        null,
        """{"format":"codex","cwd":"/src/web/api","git_branch":"main"}""",
        """{"format":"claude-code","cwd":"/src/web/api"}""",
        """{"format":"codex","cwd":"/src/shop","git_branch":"main","parent_session_id":"s1"}""",
    ];
    private static readonly DateTimeOffset Day = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly LlamaCloudOptions Cloud = new() { ApiKey = "llx-key-of-the-tests", BaseUrl = new Uri("http://127.0.0.1:9") };

    private Random random = new(0);
    private int texts;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task Pages_are_what_brute_force_finds(int seed, bool hasFiles)
    {
        random = new Random(seed);
        var made = new List<MadeText>();
        using var archive = SessionArchive.Open(PathOf("archive.db"));
        string[] owners = hasFiles ? ["files", ArchiveOwners.Local, ArchiveOwners.LlamaCloud(Cloud, Caller.Local)] : [.. OwnersOf()];
        for (var n = 0; n < Sessions; n++)
        {
            // A copy in a later place does not count.
            var places = owners.Where(_ => random.Next(3) == 0).ToList();
            if (places.Count == 0)
                places.Add(owners[random.Next(owners.Length)]);
            foreach (var place in owners.Where(places.Contains).Reverse())
            {
                var (json, own) = Made($"s{n}", random.Next(12));
                if (place == "files")
                    Write($"s{n}.json", json);
                else
                    await archive.SaveAsync(
                        place,
                        new(SessionJson.Read(Encoding.UTF8.GetBytes(json), "a test's session"), SessionOrigin.File, Day),
                        Cancelled
                    );
                if (place == places[0])
                    made.AddRange(own);
            }
        }
        var files = Source();
        using var unsaved = new UnsavedSessions(hasFiles ? [files] : [], () => SessionArchive.OpenTemporary(), Time);
        var catalog = new SessionCatalog([files], new SessionCache(1 << 20), Time);
        var search = new SessionSearch(catalog, new ArchiveOwners(Cloud), unsaved, archive);

        var (whole, partial) = (0, 0);
        for (var n = 0; n < Queries; n++)
            if (await CompareAsync(search, made))
                whole++;
            else
                partial++;

        Assert.True(whole > Queries / 4 && partial > Queries / 8, $"{whole} whole, {partial} partial");
    }

    private static IEnumerable<string> OwnersOf() => [ArchiveOwners.Local, ArchiveOwners.LlamaCloud(Cloud, Caller.Local)];

    private async Task<bool> CompareAsync(SessionSearch search, List<MadeText> made)
    {
        var clauses = Enumerable.Range(0, random.Next(1, 4)).Select(_ => MadeClause()).ToList();
        var without = random.Next(4) == 0 ? MadeTerm() : null;
        var filter = MadeFilter();
        var query = string.Join(' ', clauses.Select(clause => string.Join(" OR ", clause)).Append(without is null ? "" : $"-{without}"));
        var why = $"'{query}' {filter}";
        var telling = clauses.Where(clause => clause is not [{ Text: "the" }]).ToList();
        if (telling.Count == 0)
            telling = clauses;
        var searched = made.Where(text => text.Fits(filter) && (without is null || !text.Has(without))).ToList();
        var expected = searched.Where(text => telling.All(clause => clause.Any(text.Has))).Select(text => text.Place).ToHashSet();

        var (found, first) = await HitsAsync(search, query, filter);
        var rows = await RowsAsync(search, query, filter);

        Assert.Equal(Sessions, first.Sessions);
        Assert.True(found.Count == found.Distinct().Count(), $"{why} repeats hits");
        Assert.True(found.Count == first.Found.Hits, $"{why} counts {first.Found.Hits} of {found.Count}");
        Assert.True(
            found.Select(hit => hit.Id).Distinct().Count() == first.Found.Sessions,
            $"{why} counts {first.Found.Sessions} sessions"
        );
        Assert.True(expected.IsSubsetOf(found), $"{why} misses {string.Join(' ', expected.Except(found))}");
        Assert.True(
            found
                .GroupBy(hit => hit.Id)
                .Select(hits => (hits.Key, hits.Count(), hits.Min(hit => hit.Position), hits.Max(hit => hit.Position)))
                .Order()
                .SequenceEqual(rows.Order()),
            $"{why} has rows {string.Join(' ', rows.Order())}"
        );
        if (first.Whole is null)
        {
            Assert.True(expected.Count == found.Count, $"{why} finds {string.Join(' ', found.Except(expected))}");
            Assert.Empty(first.Unmet);
            return true;
        }
        var byPlace = searched.ToDictionary(text => text.Place);
        Assert.True(found.All(byPlace.ContainsKey), $"{why} finds {string.Join(' ', found.Except(byPlace.Keys))}");
        var quoted = telling.Where(clause => clause.Any(term => term.IsQuoted)).ToList();
        Assert.True(found.All(hit => quoted.All(clause => clause.Any(byPlace[hit].Has))), $"{why} finds without a phrase");
        var unmet = telling
            .Where(clause => !searched.Any(text => clause.Any(text.Has)))
            .Select(clause => string.Join(" OR ", clause))
            .ToHashSet();
        if (quoted.TrueForAll(clause => !unmet.Contains(string.Join(" OR ", clause))))
            Assert.True(unmet.SetEquals(first.Unmet.Select(one => one.Typed)), $"{why} names {string.Join(", ", first.Unmet)}");
        else
            Assert.Empty(found);
        if (unmet.Count == 0)
        {
            Assert.True(first.Whole == expected.Count, $"{why} has {first.Whole}, not {expected.Count}");
            Assert.True(found.All(hit => telling.Any(clause => clause.Any(byPlace[hit].Has))), $"{why} finds what has no part");
        }
        return false;
    }

    private async Task<(List<(string Id, int Position)> Hits, SearchPage First)> HitsAsync(
        SessionSearch search,
        string query,
        SearchFilter filter
    )
    {
        var (found, first, page) = (new List<(string, int)>(), (SearchPage?)null, (SearchPage?)null);
        do
        {
            page = await PageAsync(search, query, filter, bySession: false, page?.NextCursor);
            first ??= page;
            found.AddRange(page.Hits.Select(hit => (hit.Session.SessionId, hit.Position)));
            Assert.All(page.Hits, hit => Assert.Equal(0, hit.MoreSessions));
        } while (page.NextCursor is not null);
        return (found, first);
    }

    private async Task<List<(string, int, int, int)>> RowsAsync(SessionSearch search, string query, SearchFilter filter)
    {
        var (rows, page) = (new List<(string, int, int, int)>(), (SearchPage?)null);
        do
        {
            page = await PageAsync(search, query, filter, bySession: true, page?.NextCursor);
            rows.AddRange(page.BySession.Select(row => (row.Session.SessionId, row.Hits, row.First, row.Last)));
        } while (page.NextCursor is not null);
        return rows;
    }

    private Task<SearchPage> PageAsync(SessionSearch search, string query, SearchFilter filter, bool bySession, string? cursor) =>
        search.SearchAsync(Caller.Local, SearchQuery.Parse(query), filter, bySession, random.Next(1, 70), cursor, Cancelled);

    private (string Json, List<MadeText> Texts) Made(string id, int day)
    {
        var (events, own) = (new List<SomeEvents>(), new List<MadeText>());
        for (var n = random.Next(1, 9); n > 0; n--)
        {
            var (says, tool) = (Words(), random.Next(2) == 0 ? "bash" : "look");
            switch (random.Next(5))
            {
                case 0:
                    Add(Some.UserInput(says), (SearchKind.User, null, null, says));
                    break;
                case 1:
                    Add(Some.Text(says), (SearchKind.Answer, null, null, says));
                    break;
                case 2:
                    var more = Words();
                    Add(
                        Some.ToolUse(tool, $$"""{"what":{{Some.Quoted(says)}}}""", Some.Quoted(more)),
                        (SearchKind.Arguments, tool, ToolOutcomeKind.Ok, says),
                        (SearchKind.Result, tool, ToolOutcomeKind.Ok, more)
                    );
                    break;
                case 3:
                    var why = Words();
                    Add(
                        Some.FailedToolUse(tool, why, $$"""{"what":{{Some.Quoted(says)}}}"""),
                        (SearchKind.Arguments, tool, ToolOutcomeKind.Failed, says),
                        (SearchKind.Error, tool, ToolOutcomeKind.Failed, why)
                    );
                    break;
                default:
                    Add(
                        Some.UnansweredToolUse(tool, $$"""{"what":{{Some.Quoted(says)}}}"""),
                        (SearchKind.Arguments, tool, ToolOutcomeKind.Unanswered, says)
                    );
                    break;
            }
        }
        DateTimeOffset? updated = day < 10 ? Day.AddDays(day) : null;
        var time = updated?.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) ?? "";
        var json = Sources[random.Next(Sources.Length)] is { } source
            ? Some.ImportedText(id, source, time, [.. events])
            : Some.SessionText(id, null, [.. events]).Replace("2026-04-22T12:34:41.342245", time, StringComparison.Ordinal);
        var session = SessionJson.Read(Encoding.UTF8.GetBytes(json), "a test's session").Summary;
        return (json, [.. own.Select(text => text with { Updated = updated, Session = session })]);

        void Add(SomeEvents some, params (SearchKind Kind, string? Tool, ToolOutcomeKind? Outcome, string Text)[] said)
        {
            var at = own.Count;
            events.Add(some);
            own.AddRange(
                said.Select((one, number) => new MadeText((id, at + number), one.Kind, one.Tool, one.Outcome, MadeText.WordsOf(one.Text)))
            );
        }
    }

    /// <summary>A few words between two that no other text has, so that no two texts are the same around a hit.</summary>
    private string Words()
    {
        var own = $"own{texts++}";
        return $"{own} {string.Join(' ', Enumerable.Range(0, random.Next(1, 7)).Select(_ => Word()))} {own}";
    }

    private string Word() => random.Next(8) == 0 ? Rare[random.Next(Rare.Length)] : Frequent[random.Next(Frequent.Length)];

    private List<MadeTerm> MadeClause() => random.Next(5) == 0 ? [MadeTerm(), MadeTerm()] : [MadeTerm()];

    private MadeTerm MadeTerm() =>
        random.Next(8) switch
        {
            0 => new($"{Word()} {Word()}", IsQuoted: true, IsPrefix: false),
            1 => new(random.Next(2) == 0 ? "lam" : "lamp", IsQuoted: false, IsPrefix: true),
            2 => new(random.Next(2) == 0 ? "nowhere" : "据", IsQuoted: false, IsPrefix: false),
            _ => new(Word(), IsQuoted: false, IsPrefix: false),
        };

    private SearchFilter MadeFilter() =>
        random.Next(8) switch
        {
            0 => new(Kind: (SearchKind)random.Next(6)),
            1 => new(Tool: random.Next(2) == 0 ? "bash" : "look", Outcome: (ToolOutcomeKind)random.Next(3)),
            2 => new(SessionId: $"s{random.Next(Sessions)}"),
            3 => new(UpdatedAfter: Day.AddDays(random.Next(10)), UpdatedBefore: random.Next(2) == 0 ? Day.AddDays(random.Next(10)) : null),
            4 => new() { Recorded = new(Agent: random.Next(2) == 0 ? "codex" : null, Project: "web/api", Without: "s2") },
            5 => new() { Recorded = new(Branch: "main", IncludeSubagents: random.Next(2) == 0) },
            _ => new() { Recorded = new(IncludeSubagents: random.Next(4) > 0) },
        };
}

/// <summary>A term of a query.</summary>
internal sealed record MadeTerm(string Text, bool IsQuoted, bool IsPrefix)
{
    public List<string> Words { get; } = MadeText.WordsOf(Text);

    public override string ToString() =>
        IsQuoted ? $"\"{Text}\""
        : IsPrefix ? $"{Text}*"
        : Text;
}

/// <summary>A text of a made session.</summary>
internal sealed record MadeText(
    (string Id, int Position) Place,
    SearchKind Kind,
    string? Tool,
    ToolOutcomeKind? Outcome,
    IReadOnlyList<string> Words
)
{
    public DateTimeOffset? Updated { get; init; }

    public SessionSummary? Session { get; init; }

    /// <summary>Words are between spaces, and each Chinese character is one.</summary>
    public static List<string> WordsOf(string text) =>
        [.. text.Split(' ').SelectMany(word => word[0] > 127 ? word.Select(one => one.ToString()) : [word])];

    public bool Has(MadeTerm term)
    {
        for (var at = 0; at + term.Words.Count <= Words.Count; at++)
            if (
                Enumerable
                    .Range(0, term.Words.Count)
                    .All(n =>
                        term.IsPrefix && n == term.Words.Count - 1
                            ? Words[at + n].StartsWith(term.Words[n], StringComparison.Ordinal)
                            : Words[at + n] == term.Words[n]
                    )
            )
                return true;
        return false;
    }

    public bool Fits(SearchFilter filter) =>
        (filter.Kind is null || Kind == filter.Kind || (filter.Kind == SearchKind.Result && Kind == SearchKind.Error))
        && (filter.Tool is null || Tool == filter.Tool)
        && (filter.Outcome is null || Outcome == filter.Outcome)
        && (filter.SessionId is null || Place.Id == filter.SessionId)
        && (filter.UpdatedAfter is null || Updated > filter.UpdatedAfter)
        && (filter.UpdatedBefore is null || Updated < filter.UpdatedBefore)
        && (filter.Recorded with { IncludeSubagents = filter.Recorded.IncludeSubagents || filter.SessionId is not null }).Matches(Session!);
}
