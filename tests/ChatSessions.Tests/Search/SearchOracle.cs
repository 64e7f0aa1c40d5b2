using System.Text;
using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace ChatSessions.Tests.Search;

/// <summary>
/// A text, and by brute force whether it has what a query asks for, to compare with what the index finds. It reads decoded strings with
/// regular expressions, and shares no code with the search.
/// </summary>
internal sealed partial class SearchOracle
{
    private const string Accented = "éèáàöüñçåÉÖ";
    private const string Bare = "eeaaouncaEO";

    private readonly List<string> words;
    private readonly List<List<string>> names;

    private SearchOracle(Session session, int position, string text)
    {
        (SessionId, Position) = (session.Summary.SessionId, position);
        var decoded = Decoded(text);
        var escaped = Letter.Replace(decoded, "/");
        words = Words(escaped);
        names = [.. Names(escaped).Concat(Names(Slashes.Replace(decoded, "/"))).Distinct().Select(Parts)];
    }

    public string SessionId { get; }

    public int Position { get; }

    /// <summary>The texts of a session that can be found. Streamed pieces are one text, unless the whole follows.</summary>
    public static IEnumerable<SearchOracle> TextsOf(Session session)
    {
        var pieces = (First: -1, Text: "");
        foreach (var @event in session.Events)
        {
            if (@event is TextDeltaEvent or ThinkingDeltaEvent)
            {
                pieces = (pieces.First < 0 ? @event.Position : pieces.First, pieces.Text + ((ContentEvent)@event).Content);
                continue;
            }
            if (pieces.First >= 0 && @event is not (TextEvent or ThinkingEvent))
                yield return new(session, pieces.First, pieces.Text);
            pieces = (-1, "");
            yield return new(session, @event.Position, TextOf(@event));
        }
    }

    /// <summary>The strings in which words are searched.</summary>
    public static string TextOf(SessionEvent @event) =>
        @event switch
        {
            ContentEvent content => content.Content,
            ToolCallEvent call => string.Join('\n', Strings(call.Arguments)),
            ToolResultEvent result => string.Join('\n', Strings(result.Result)),
            StopEvent stop => stop.Error ?? "",
            UnknownEvent { IsContext: true } context => string.Join('\n', Strings(context.Json.Property("content"))),
            _ => string.Join('\n', Strings(@event.Json)),
        };

    /// <summary>Whether the text has each of the terms, which are separated by spaces.</summary>
    public bool HasAll(string query) => query.Split(' ').All(Has);

    /// <summary>Whether the text has the words of a term in a row, in any of the ways in which both may be read.</summary>
    public bool Has(string term)
    {
        List<string>[] rows = [Words(term), Parts(term)];
        return rows.Any(row => IsIn(row, words) || names.Any(name => IsIn(row, name)));
    }

    private static bool IsIn(List<string> row, List<string> words)
    {
        for (var at = 0; at + row.Count <= words.Count; at++)
            if (words[at] == row[0] && words.Slice(at, row.Count).SequenceEqual(row))
                return true;
        return false;
    }

    /// <summary>Names and paths: words with only a few signs between them.</summary>
    private static IEnumerable<string> Names(string text) => Name.Matches(Folded(text)).Select(match => match.Value);

    private static List<string> Words(string text) => [.. Word.Matches(Folded(text)).Select(match => match.Value.ToLowerInvariant())];

    private static List<string> Parts(string text) =>
        [
            .. Word.Matches(Folded(text))
                .SelectMany(match => DigitInside.IsMatch(match.Value) ? [match.Value] : Boundary.Split(match.Value))
                .Select(part => part.ToLowerInvariant()),
        ];

    private static string Decoded(string text) =>
        Number.Replace(Colour.Replace(text, "\u001b"), match => ((char)Convert.ToInt32(match.Groups[1].Value, 16)).ToString());

    private static string Folded(string text)
    {
        var folded = new StringBuilder();
        foreach (var one in text)
            folded.Append(
                one == '\u0301' ? ""
                : Accented.IndexOf(one) is >= 0 and var at ? Bare[at]
                : one
            );
        return folded.ToString();
    }

    /// <summary>All names and values of a JSON value.</summary>
    private static IEnumerable<string> Strings(RawJson json)
    {
        if (json.AsString() is { } text)
            return [text];
        var inside = json.Items()
            .SelectMany(Strings)
            .Concat(json.Properties().SelectMany(property => Strings(property.Value).Prepend(property.Key)))
            .ToList();
        return inside.Count > 0 || json.IsMissing ? inside : [Encoding.UTF8.GetString(json.Utf8.Span)];
    }

    [GeneratedRegex("[A-Za-z0-9]+|[一-龥]")]
    private static partial Regex Word { get; }

    [GeneratedRegex(@"[A-Za-z0-9]+(?:[._\-/:#@$~>]{1,8}[A-Za-z0-9]+)*")]
    private static partial Regex Name { get; }

    [GeneratedRegex("[0-9][^0-9]")]
    private static partial Regex DigitInside { get; }

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")]
    private static partial Regex Boundary { get; }

    [GeneratedRegex(@"(?:\u001b|\\+(?:u001b|x1b|033))\[[0-9;]*[A-Za-z]")]
    private static partial Regex Colour { get; }

    [GeneratedRegex(@"\\+u([0-9a-fA-F]{4})")]
    private static partial Regex Number { get; }

    [GeneratedRegex(@"\\+[ntrbfv0]")]
    private static partial Regex Letter { get; }

    [GeneratedRegex(@"\\+")]
    private static partial Regex Slashes { get; }
}
