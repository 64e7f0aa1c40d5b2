using System.Text;
using ChatSessions.Words;

namespace ChatSessions.Search;

/// <summary>Words in a row. One typed word becomes several if it is an identifier, a path or Chinese.</summary>
/// <param name="Words">The words as <see cref="WordReader"/> reads them, with camelCase words whole.</param>
/// <param name="Typed">The term as typed.</param>
/// <param name="IsPrefix">Whether the last word is only a beginning.</param>
/// <param name="IsQuoted">Whether it must match exactly, so it is never loosened.</param>
internal sealed record SearchTerm(IReadOnlyList<string> Words, string Typed, bool IsPrefix, bool IsQuoted)
{
    /// <summary><see cref="TermMatch"/> has one bit for each word.</summary>
    private const int MaxWords = 64;

    /// <summary>Too many words begin with the same two letters.</summary>
    public const int MinPrefix = 3;

    /// <summary>
    /// The same text read otherwise: camelCase words as their parts, an escape's letter as its word's. Null if that makes no difference.
    /// </summary>
    public IReadOnlyList<string>? Otherwise { get; init; }

    /// <summary>For a prefix: the last word of each reading, and the words that begin like it. Empty if they are not known.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Endings { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The other forms of the word that are looked for too, and count less. Empty unless <see cref="WithForms"/> looked for them.</summary>
    public IReadOnlyList<string> Forms { get; init; } = [];

    /// <summary>The rows of words of which one must be found.</summary>
    public IEnumerable<IReadOnlyList<string>> Readings =>
        Otherwise is null ? [Words, .. Forms.Select(form => (IReadOnlyList<string>)[form])] : [Words, Otherwise];

    /// <summary>The words that begin like the last word of a reading; null if they are not known, or there are none.</summary>
    public IReadOnlyList<string>? EndingsOf(IReadOnlyList<string> reading) =>
        Endings.GetValueOrDefault(reading[^1]) is { Count: > 0 } endings ? endings : null;

    /// <summary>Reads a term; null if it contains no words.</summary>
    public static SearchTerm? Of(SearchQuery.Token token)
    {
        var (words, otherwise) = (new List<string>(), new List<string>());
        Span<byte> scratch = stackalloc byte[WordReader.ScratchBytes];
        var reader = new WordReader(Encoding.UTF8.GetBytes(token.Text), isJson: false, scratch);
        while (words.Count < MaxWords && otherwise.Count < MaxWords && reader.Read())
        {
            otherwise.Add(Encoding.UTF8.GetString(reader.Glued.IsEmpty ? reader.Word : reader.Glued));
            if (!reader.IsPart)
                words.Add(otherwise[^1] is var word && reader.Glued.IsEmpty ? word : Encoding.UTF8.GetString(reader.Word));
            else if (!reader.Whole.IsEmpty)
                words.Add(Encoding.UTF8.GetString(reader.Whole));
        }
        if (words.Count == 0)
            return null;
        var term = new SearchTerm(words, token.Text, IsPrefix: false, token.IsQuoted)
        {
            Otherwise = words.SequenceEqual(otherwise) ? null : otherwise,
        };
        var isPrefix = !token.IsQuoted && token.Text.EndsWith('*') && words[^1].Length >= MinPrefix;
        return isPrefix ? term.AsPrefix() with { Typed = token.Text[..^1] } : term;
    }

    /// <summary>The same with the other forms of the word. Names, paths and options have none: they are meant as typed.</summary>
    public SearchTerm WithForms() =>
        this is { IsQuoted: false, IsPrefix: false, Otherwise: null, Words: [var word] }
        && Typed.AsSpan().TrimStart('(').TrimEnd(".,:;?!)").Length == word.Length
            ? this with
            {
                Forms = WordForms.Of(word),
            }
            : this;

    /// <summary>The same with the last word as a beginning.</summary>
    public SearchTerm AsPrefix() => this with { IsPrefix = true, Otherwise = Otherwise?[^1].Length >= MinPrefix ? Otherwise : null };
}
