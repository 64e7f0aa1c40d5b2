using System.Buffers;
using System.Text;
using ChatSessions.Model;
using ChatSessions.Words;

namespace ChatSessions.Search;

/// <summary>The text around a hit, decoded: as recorded, not yet made safe to show.</summary>
/// <param name="Matches">Where the terms are in the text, in characters.</param>
/// <param name="BeginsWithin">Whether the source has text before it.</param>
/// <param name="EndsWithin">Whether the source has text after it.</param>
public sealed record Snippet(string Text, IReadOnlyList<Range> Matches, bool BeginsWithin, bool EndsWithin)
{
    private const int BytesBefore = 80;

    private const int BytesAfter = 160;

    private const int MaxSigns = 8;

    /// <summary>Punctuation that belongs to the word next to it: <c>--flag</c>, <c>'name'</c>, <c>main()</c>.</summary>
    private static readonly SearchValues<byte> Signs = SearchValues.Create("!#$%&'()*+-./;<=>?@[]^_`|~"u8);

    private static readonly SearchValues<byte> Ascii = SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8
    );

    /// <summary>Takes about 240 bytes around a word, in whole words, and marks the terms.</summary>
    /// <param name="at">Where the word begins, in bytes.</param>
    internal static Snippet Around(SearchText text, int at, IReadOnlyList<SearchClause> clauses)
    {
        var utf8 = text.Utf8.Span;
        TermMatch[] terms = [.. clauses.SelectMany(clause => clause.Alternatives).Select(term => new TermMatch(term))];
        var (start, end, marks, isCut) = (-1, 0, new List<(int Start, int End)>(), false);
        Span<byte> scratch = stackalloc byte[WordReader.ScratchBytes];
        var reader = new WordReader(utf8, text.IsJson, scratch);
        while (reader.Read())
        {
            if (reader.Start > at + BytesAfter)
            {
                isCut = true;
                break;
            }
            var isNear = reader.Start >= at - BytesBefore;
            foreach (var term in terms)
                if (term.Read(ref reader) is { } from && isNear && from >= at - BytesBefore)
                    marks.Add((from, reader.End));
            if (!isNear)
                continue;
            if (start < 0)
                start = reader.Start;
            // Anything this long is not a word: base64, a row of hashes.
            isCut = reader.End - reader.Start > BytesAfter;
            end = isCut ? CutWithin(utf8, reader.Start) : reader.End + SignsIn(utf8[reader.End..]);
            if (isCut)
                break;
        }
        if (start < 0)
            return new("", [], false, false);
        start -= SignsBefore(utf8[..start]);
        return Decode(text, start, end, marks, start > 1, isCut);
    }

    /// <summary>The bytes that a snippet is made of, as a text to compare.</summary>
    internal static string Key(SearchText text, int at)
    {
        var (start, end) = (Math.Max(0, at - BytesBefore), Math.Min(text.Utf8.Length, at + BytesAfter));
        return Encoding.Latin1.GetString(text.Utf8.Span[start..end]);
    }

    private static int SignsIn(ReadOnlySpan<byte> after) =>
        after[..Math.Min(after.Length, MaxSigns)].IndexOfAnyExcept(Signs) is >= 0 and var length
            ? length
            : Math.Min(after.Length, MaxSigns);

    private static int SignsBefore(ReadOnlySpan<byte> before)
    {
        var last = before[^Math.Min(before.Length, MaxSigns)..];
        return last.Length - 1 - last.LastIndexOfAnyExcept(Signs);
    }

    /// <summary>A cut in a long word that splits no character and no escape.</summary>
    private static int CutWithin(ReadOnlySpan<byte> utf8, int start)
    {
        var rest = utf8.Slice(start, BytesAfter);
        return start + (rest.IndexOfAnyExcept(Ascii) is >= 0 and var length ? length : rest.Length);
    }

    private static Snippet Decode(SearchText text, int start, int end, List<(int Start, int End)> marks, bool beginsWithin, bool endsWithin)
    {
        var (decoded, matches, at) = (new StringBuilder(), new List<Range>(), start);
        foreach (var mark in marks.OrderBy(mark => mark.Start).ThenByDescending(mark => mark.End))
        {
            var (from, to) = (Math.Max(mark.Start, at), Math.Min(mark.End, end));
            if (from >= to)
                continue;
            Append(from);
            var first = decoded.Length;
            Append(to);
            matches.Add(first..decoded.Length);
        }
        Append(end);
        return new(decoded.ToString(), matches, beginsWithin, endsWithin);

        void Append(int to)
        {
            var part = text.Utf8.Span[at..to];
            decoded.Append(text.IsJson ? RawJson.Unescape(part) : Encoding.UTF8.GetString(part));
            at = to;
        }
    }
}
