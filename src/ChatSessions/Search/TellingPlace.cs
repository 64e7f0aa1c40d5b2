using System.Text;
using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Search;

/// <summary>Where a text is shown that was found without words: an error where it says what went wrong, other texts at their beginning.</summary>
internal static class TellingPlace
{
    /// <summary>The end of a longer error is not looked at. Its beginning is shown.</summary>
    private const int LongestError = 256 * 1024;

    /// <summary>So much of a line tells it from others.</summary>
    private const int MostOfLine = 200;

    public static Rank Of(SearchText text, SearchKind kind, CancellationToken cancellationToken)
    {
        if (kind == SearchKind.Error && text.Utf8.Length <= LongestError)
            foreach (var line in Lines(text))
                if (
                    SearchTerm.Of(new SearchQuery.Token(line, IsQuoted: true)) is { } term
                    && new Ranking([new([term])]).Of(text, kind, cancellationToken) is { Found: > 0 } rank
                )
                    return rank with { Score = 0 };
        return new(Score: 0, At: 0, Found: 0);
    }

    /// <summary>What says what went wrong, in words that may be in a row in the text: the places in the decoded text are others.</summary>
    private static IEnumerable<string> Lines(SearchText text)
    {
        var line = text.IsJson
            ? FailureLine.Find(new RawJson(text.Utf8))
            : ErrorLine.LastNamed(Encoding.UTF8.GetString(text.Utf8.Span))?.Line;
        if (line is null)
            yield break;
        // Python's subprocess quotes the whole command before what went wrong with it.
        if (line.Contains("Command '", StringComparison.Ordinal) && line.LastIndexOf("' ", StringComparison.Ordinal) is > 0 and var quote)
            yield return line[(quote + 2)..];
        yield return Beginning(line);
        // A test, and above it in the text what was wrong with it.
        if (line.IndexOf(" - ", StringComparison.Ordinal) is > 0 and var dash)
        {
            yield return Beginning(line[..dash]);
            yield return Beginning(line[(dash + 3)..]);
        }
    }

    private static string Beginning(string line) =>
        line.Length > MostOfLine && line.LastIndexOf(' ', MostOfLine) is > 0 and var end ? line[..end] : line;
}
