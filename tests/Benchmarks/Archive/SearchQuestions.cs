using System.Text.Json;
using ChatSessions.Archive;
using ChatSessions.Recorded;
using ChatSessions.Search;

namespace Benchmarks.Archive;

/// <summary>Whether questions in plain words bring the right session among the first five. They are in <c>searches.jsonl</c>.</summary>
internal static class SearchQuestions
{
    private const int FirstSessions = 5;
    private const int Hits = 10;

    /// <param name="sessions">The ids of the sessions in the archive; questions about others are left out.</param>
    public static async Task MeasureAsync(
        ISessionArchive archive,
        HashSet<string> sessions,
        ArchiveOptions options,
        BarTable table,
        TextWriter output
    )
    {
        var (asked, found, foundBySession) = (0, 0, 0);
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Questions", "searches.jsonl")))
        {
            var json = JsonElement.Parse(line);
            var right = json.GetProperty("sessions").EnumerateArray().Select(id => id.GetString()!).Where(sessions.Contains).ToHashSet();
            if (right.Count == 0)
                continue;
            asked++;
            var question = SearchQuery.Parse(json.GetProperty("question").GetString()!);
            var hits = await SearchAsync(question, bySession: false);
            var rows = await SearchAsync(question, bySession: true);
            var first = hits.Hits.Select(hit => hit.Session.SessionId).Distinct().Take(FirstSessions).ToList();
            found += first.Any(right.Contains) ? 1 : 0;
            foundBySession += rows.BySession.Take(FirstSessions).Any(row => right.Contains(row.Session.SessionId)) ? 1 : 0;
            if (options.IsVerbose && !first.Any(right.Contains))
                output.WriteLine($"  {question.Text}  of {string.Join(' ', right)}, not {string.Join(' ', first)}");
        }
        if (asked == 0)
            return;
        Add("question in plain words, its session", found);
        Add("question in plain words, by_session", foundBySession);

        Task<SearchPage> SearchAsync(SearchQuery query, bool bySession) =>
            archive.SearchAsync(
                new OutgoingDoor(),
                [MadeArchives.Owner],
                query,
                SearchFilter.All,
                bySession,
                Hits,
                cursor: null,
                CancellationToken.None
            );

        void Add(string what, int count)
        {
            var percent = 100.0 * count / asked;
            output.WriteLine($"{what, -40}{percent, 6:0.0}  of {asked}");
            table.Add(what, "≥ 90 % in the first five", $"{percent:0.0} % of {asked}", percent >= 90);
        }
    }
}
