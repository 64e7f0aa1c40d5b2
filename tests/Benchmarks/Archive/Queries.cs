using System.Text.RegularExpressions;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Search;

namespace Benchmarks.Archive;

/// <summary>Queries as people would type them, of words of generated sessions: a word that is used more is searched more.</summary>
internal sealed partial class Queries
{
    private const int OfEachKind = 300;

    private readonly Random random = new(5);
    private readonly Dictionary<string, List<string>> kinds = new()
    {
        ["one word"] = [],
        ["rare word"] = [],
        ["two words"] = [],
        ["three words"] = [],
        ["phrase"] = [],
        ["identifier"] = [],
        ["identifier in part"] = [],
        ["prefix of three letters"] = [],
        ["longer prefix"] = [],
    };

    private Queries() { }

    public static IReadOnlyDictionary<string, List<string>> None { get; } = new Dictionary<string, List<string>>();

    /// <summary>By kind.</summary>
    /// <param name="json">The session with a number.</param>
    /// <param name="count">How many sessions there are.</param>
    public static IReadOnlyDictionary<string, List<string>> Of(Func<int, byte[]> json, int count)
    {
        var queries = new Queries();
        while (queries.kinds.Values.Any(kind => kind.Count < OfEachKind))
        {
            var texts = EventText.ReadAll(SessionJson.Read(json(queries.random.Next(count)), "a made session"));
            queries.AddOf(RawJson.Unescape(texts[queries.random.Next(texts.Count)].Recorded.Utf8.Span));
        }
        return queries.kinds;
    }

    private void AddOf(string text)
    {
        string[] words = [.. Word.Matches(text).Select(match => match.Value)];
        if (words.Length < 8)
            return;
        Add("one word", Any());
        Add("two words", $"{Any()} {Any()}");
        Add("three words", $"{Any()} {Any()} {Any()}");
        var word = Any();
        if (word.Length > 7 && !kinds["rare word"].Contains(word))
            Add("rare word", word);
        Add("prefix of three letters", $"{Any()[..3]}*");
        if (Any() is { Length: > 4 } longer)
            Add("longer prefix", $"{longer[..random.Next(4, longer.Length)]}*");
        if (ThreeInARow.Matches(text) is { Count: > 0 } phrases && AnyOf(phrases) is var phrase)
            Add("phrase", $"\"{(random.Next(2) == 0 ? phrase : phrase[..phrase.LastIndexOf(' ')])}\"");
        if (Identifier.Matches(text) is { Count: > 0 } identifiers && AnyOf(identifiers) is var identifier)
        {
            Add("identifier", identifier);
            Add("identifier in part", identifier[..(identifier.Length / 2 + 1)]);
        }

        string Any() => words[random.Next(words.Length)];
    }

    private string AnyOf(MatchCollection matches) => matches[random.Next(matches.Count)].Value;

    private void Add(string kind, string query)
    {
        if (kinds[kind].Count < OfEachKind)
            kinds[kind].Add(query);
    }

    [GeneratedRegex("[A-Za-z]{3,}")]
    private static partial Regex Word { get; }

    [GeneratedRegex("[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}")]
    private static partial Regex ThreeInARow { get; }

    [GeneratedRegex("[A-Za-z]+(?:[_.][A-Za-z]+)+|[a-z]+(?:[A-Z][a-z]+)+")]
    private static partial Regex Identifier { get; }
}
