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

    public static Rank Of(SearchText text, SearchKind kind, CancellationToken cancellationToken) =>
        kind == SearchKind.Error && text.Utf8.Length <= LongestError && Line(text) is { } line
            ? new Ranking([new(line)]).Of(text, kind, cancellationToken) with
            {
                Score = 0,
            }
            : new(Score: 0, At: 0, Found: 0);

    /// <summary>The line's words as a phrase to look for: the places in the decoded text are others. Null if it has none.</summary>
    private static SearchTerm[]? Line(SearchText text)
    {
        var line = text.IsJson
            ? FailureLine.Find(new RawJson(text.Utf8))
            : ErrorLine.LastNamed(Encoding.UTF8.GetString(text.Utf8.Span))?.Line;
        if (line?.Length > MostOfLine && line.LastIndexOf(' ', MostOfLine) is > 0 and var end)
            line = line[..end];
        return line is not null && SearchTerm.Of(new SearchQuery.Token(line, IsQuoted: true)) is { } term ? [term] : null;
    }
}
