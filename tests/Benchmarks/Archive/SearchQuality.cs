using System.Text.RegularExpressions;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;

namespace Benchmarks.Archive;

/// <summary>
/// Whether three words of an error line, or of an identifier, bring the right event among the first five hits: one that holds the very
/// line or identifier. Lines and identifiers are taken from the files, each once, by chance.
/// </summary>
internal static partial class SearchQuality
{
    private const int FirstHits = 5;

    private static readonly (int Least, int Most) LineLength = (20, 300);

    public static async Task MeasureAsync(MadeArchives archives, BarTable table, TextWriter output)
    {
        var sessions = archives.Options.Sessions.SelectMany(SessionFiles.Read).ToList();
        var texts = sessions
            .SelectMany(session =>
                session.Events.Select(@event => (Key: (session.Summary.SessionId, @event.Position), Text: TextOf(@event)))
            )
            .ToDictionary(text => text.Key, text => text.Text);
        var random = new Random(3);
        var lines = Pick(
            sessions
                .SelectMany(session => session.Events.OfType<ToolResultEvent>().SelectMany(result => TextOf(result).Split('\n')))
                .Where(IsErrorLine)
                .Select(line => line.Trim()),
            archives.Options.Cases,
            random
        );
        var identifiers = Pick(
            texts.Values.SelectMany(text => Identifier.Matches(text).Select(match => match.Value)),
            archives.Options.Cases,
            random
        );
        var frequency = Frequency(texts.Values, Words);
        var partFrequency = Frequency(texts.Values, Parts);

        var path = Path.Combine(archives.Folder, $"quality-{Environment.ProcessId}.db");
        using var archive = SessionArchive.Open(path);
        await archive.SaveAllAsync(
            MadeArchives.Owner,
            [.. sessions.Select(session => MadeArchives.Archived(session.Json.Utf8.ToArray()))],
            CancellationToken.None
        );
        output.WriteLine($"\nfound among the first {FirstHits} hits, of {lines.Count} error lines and {identifiers.Count} identifiers, %");
        await AddAsync("error line, its three rarest words", lines, line => Three(Words(line), word => frequency[word]), hasBar: true);
        await AddAsync("error line, its three longest words", lines, line => Three(Words(line), word => -word.Length));
        await AddAsync("error line, three words by chance", lines, line => Three(Words(line), _ => random.Next()));
        await AddAsync("error line, three words in a row", lines, line => InARow(line, random));
        await AddAsync(
            "identifier, its three rarest words",
            identifiers,
            name => Three(Parts(name), part => partFrequency[part]),
            hasBar: true
        );
        await AddAsync("identifier, its three longest words", identifiers, name => Three(Parts(name), part => -part.Length));
        await AddAsync("identifier, three words by chance", identifiers, name => Three(Parts(name), _ => random.Next()));
        await AddAsync("identifier, whole", identifiers, name => name);
        await AddAsync("identifier, in lower case", identifiers, name => name.ToLowerInvariant());
        await AddAsync("identifier, its first half", identifiers, name => name[..(name.Length / 2 + 1)]);
        await SearchQuestions.MeasureAsync(
            archive,
            [.. sessions.Select(session => session.Summary.SessionId)],
            archives.Options,
            table,
            output
        );
        archive.Dispose();
        File.Delete(path);

        async Task AddAsync(string what, List<string> cases, Func<string, string> queryOf, bool hasBar = false)
        {
            var found = 0;
            foreach (var one in cases)
            {
                var query = queryOf(one);
                var page = await archive.SearchAsync(
                    new OutgoingDoor(),
                    [MadeArchives.Owner],
                    SearchQuery.Parse(query),
                    SearchFilter.All,
                    FirstHits,
                    null,
                    CancellationToken.None
                );
                if (page.Hits.Any(hit => texts[(hit.Session.SessionId, hit.Position)].Contains(one, StringComparison.Ordinal)))
                    found++;
                else if (archives.Options.IsVerbose)
                    output.WriteLine($"  {query}  of  {one}");
            }
            var percent = 100.0 * found / cases.Count;
            output.WriteLine($"{what, -40}{percent, 6:0.0}");
            table.Add(what, hasBar ? "≥ 97 % in the first five" : "", $"{percent:0.0} %", hasBar ? percent >= 97 : null);
        }
    }

    private static bool IsErrorLine(string line) =>
        line.Length > LineLength.Least && line.Length < LineLength.Most && Error.IsMatch(line) && Words(line).Distinct().Count() > 3;

    private static List<string> Pick(IEnumerable<string> all, int count, Random random)
    {
        var distinct = all.Distinct().Order(StringComparer.Ordinal).ToArray();
        random.Shuffle(distinct);
        return [.. distinct.Take(count)];
    }

    /// <summary>In how many texts each word is.</summary>
    private static Dictionary<string, int> Frequency(IEnumerable<string> texts, Func<string, IEnumerable<string>> wordsOf) =>
        texts
            .SelectMany(text => wordsOf(text).Distinct(StringComparer.OrdinalIgnoreCase))
            .GroupBy(word => word, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(word => word.Key, word => word.Count(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The first three by a measure, in the order in which they stand: so they are typed.</summary>
    private static string Three(IEnumerable<string> all, Func<string, int> measure)
    {
        string[] words = [.. all];
        var chosen = words.Index().DistinctBy(word => word.Item).OrderBy(word => measure(word.Item)).Take(3).OrderBy(word => word.Index);
        return string.Join(' ', chosen.Select(word => word.Item));
    }

    private static string InARow(string line, Random random)
    {
        var words = Words(line).ToList();
        return string.Join(' ', words.Skip(random.Next(words.Count - 2)).Take(3));
    }

    private static IEnumerable<string> Parts(string identifier) => Part.Matches(identifier).Select(match => match.Value);

    private static IEnumerable<string> Words(string text) => Word.Matches(text).Select(match => match.Value);

    private static string TextOf(SessionEvent @event) =>
        @event switch
        {
            ContentEvent content => content.Content,
            ToolCallEvent call => TextOf(call.Arguments),
            ToolResultEvent result => TextOf(result.Result),
            StopEvent stop => stop.Error ?? "",
            _ => "",
        };

    private static string TextOf(RawJson json) => string.Join('\n', Strings(json));

    private static IEnumerable<string> Strings(RawJson json) =>
        json.AsString() is { } text
            ? [text]
            : json.Items().SelectMany(Strings).Concat(json.Properties().SelectMany(property => Strings(property.Value)));

    [GeneratedRegex("error|exception|traceback|failed|fatal|not found|cannot|denied", RegexOptions.IgnoreCase)]
    private static partial Regex Error { get; }

    /// <summary>Three words or more.</summary>
    [GeneratedRegex(
        @"\b[A-Za-z]+(?:_[A-Za-z0-9]+){2,}\b|\b[a-z]+(?:[A-Z][a-z]+){2,}\b|\b(?:[A-Z][a-z]+){3,}\b|\b[A-Za-z_]+(?:\.[A-Za-z_]+){2,}\b"
    )]
    private static partial Regex Identifier { get; }

    [GeneratedRegex("[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")]
    private static partial Regex Part { get; }

    [GeneratedRegex(@"[\p{L}\p{N}_]{2,}")]
    private static partial Regex Word { get; }
}
