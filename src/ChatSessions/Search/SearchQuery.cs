using System.Text.RegularExpressions;
using ChatSessions.Model;
using ChatSessions.Words;

namespace ChatSessions.Search;

/// <summary>
/// What to search for: words, <c>"phrases"</c>, <c>prefix*</c>, <c>-without</c>, and <c>OR</c> between two of them. Everything that is not
/// joined by OR must match. Invalid syntax is read as plain words.
/// </summary>
public sealed partial class SearchQuery
{
    /// <summary>The longest query, in characters: enough for a long error message with its context, but not for a page of a log.</summary>
    public const int MaxLength = 2_000;

    /// <summary>So many terms are searched. Every one is looked up, so more would only cost time.</summary>
    public const int MaxTerms = 24;

    private SearchQuery(string text, IReadOnlyList<SearchClause> clauses, IReadOnlyList<SearchTerm> without, int passed) =>
        (Text, Clauses, Without, Passed) = (text, clauses, without, passed);

    /// <summary>A query without words: it finds the newest texts that a filter allows.</summary>
    public static SearchQuery Newest { get; } = new("", [], [], 0);

    /// <summary>Whether this is <see cref="Newest"/>.</summary>
    public bool IsNewest => this == Newest;

    /// <summary>The query as typed.</summary>
    public string Text { get; }

    /// <summary>The clauses that must all match.</summary>
    internal IReadOnlyList<SearchClause> Clauses { get; }

    /// <summary>The terms that must not match.</summary>
    internal IReadOnlyList<SearchTerm> Without { get; }

    /// <summary>How many terms come after those that are searched, and are not.</summary>
    public int Passed { get; }

    /// <summary>Words as typed that look like an operator that there is not: <c>NOT</c>, <c>*begin</c>, or <c>a*</c>, which is too short.</summary>
    public IReadOnlyList<string> Misread { get; private init; } = [];

    /// <summary>Whether the query contains no words.</summary>
    public bool IsEmpty => Clauses.Count == 0;

    /// <summary>Reads a query as typed. Only the first 24 terms to find count, alternatives included; all terms to leave out do.</summary>
    /// <exception cref="ChatSessionException">The query is too long.</exception>
    public static SearchQuery Parse(string query)
    {
        if (query.Length > MaxLength)
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"The query is too long: {query.Length.Grouped()} characters, and at most {MaxLength.Grouped()} are allowed. "
                    + "Pass only the words that matter, such as the line with the error."
            );
        var isBalanced = query.Count(one => one == '"') % 2 == 0;
        var tokens = isBalanced ? Tokens(query) : Plain(query);
        return Read(query, tokens);
    }

    /// <summary>Reads a text as plain words, such as an error message, in which <c>-lfoo</c> excludes nothing.</summary>
    /// <exception cref="ChatSessionException">The text contains no words, or is too long.</exception>
    public static SearchQuery OfText(string text)
    {
        var read = Require(string.Join(' ', Plain(text).Select(token => token.IsOr ? "or" : token.Text.TrimStart('-').TrimEnd('*'))));
        return new(read.Text, read.Clauses, read.Without, read.Passed);
    }

    /// <summary>Reads a query that must contain at least one word to find, unless a filter says what is wanted.</summary>
    /// <param name="query">As typed; null or empty for the <see cref="Newest"/> texts.</param>
    /// <exception cref="ChatSessionException">The query contains no words to find, or is too long.</exception>
    public static SearchQuery Require(string? query, SearchFilter filter)
    {
        if (!string.IsNullOrWhiteSpace(query))
            return Require(query);
        return filter.IsNarrow
            ? Newest
            : throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                "Pass words to search for. Without words, pass a filter, such as an outcome or a date, to see the newest."
            );
    }

    /// <summary>Reads a query that must contain at least one word to find.</summary>
    /// <exception cref="ChatSessionException">The query contains no words to find, or is too long.</exception>
    public static SearchQuery Require(string query)
    {
        var parsed = Parse(query);
        if (!parsed.IsEmpty)
            return parsed;
        var shown = query.Length <= 60 ? query : $"{query[..60]}…";
        throw new ChatSessionException(
            ChatSessionError.InvalidArgument,
            parsed.Without.Count > 0
                ? $"The query '{shown}' has only words to leave out. Add a word to find, or remove the dash to find these."
                : $"The query '{shown}' contains no words. Use words such as connection refused, a \"phrase\", begin*, -without, or this OR that."
        );
    }

    private static SearchQuery Read(string query, List<Token> tokens)
    {
        var (clauses, without, misread) = (new List<List<SearchTerm>>(), new List<SearchTerm>(), new List<string>());
        var (terms, passed, isAlternative) = (0, 0, false);
        for (var index = 0; index < tokens.Count; index++)
        {
            var token = tokens[index];
            if (token.IsOr && clauses.Count > 0 && index + 1 < tokens.Count && tokens[index + 1] is { IsOr: false, IsWithout: false })
            {
                isAlternative = true;
                continue;
            }
            if (SearchTerm.Of(token) is not { } term)
            {
                isAlternative = false;
                continue;
            }
            if (IsMisread(token, term, index + 1 < tokens.Count ? tokens[index + 1] : default))
                misread.Add(token.Text);
            // Without them, hits would be shown that must not be.
            if (token.IsWithout)
                without.Add(term);
            else if (terms++ >= MaxTerms)
                passed++;
            else if (isAlternative)
                clauses[^1].Add(term);
            else
                clauses.Add([term]);
            isAlternative = false;
        }
        return new(query, [.. clauses.Select(alternatives => new SearchClause(alternatives))], without, passed)
        {
            Misread = [.. misread.Distinct()],
        };
    }

    /// <summary>Whether a word has a <c>*</c> that stands for nothing, or is a <c>NOT</c> that is not of a text such as NOT NULL.</summary>
    private static bool IsMisread(Token token, SearchTerm term, Token next) =>
        !token.IsQuoted
        && (
            token.Text == "NOT"
                ? next.Text?.Any(char.IsLower) == true
                : (token.Text.EndsWith('*') && !term.IsPrefix) || MisplacedStar.IsMatch(token.Text)
        );

    /// <summary>A <c>*</c> before a letter or digit, at the beginning of a word or inside of it.</summary>
    [GeneratedRegex(@"^\*\w|\w\*\w")]
    private static partial Regex MisplacedStar { get; }

    private static List<Token> Plain(string query) =>
        [.. query.Replace('"', ' ').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => new Token(word))];

    private static List<Token> Tokens(string query)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < query.Length; at++)
        {
            if (char.IsWhiteSpace(query[at]))
                continue;
            // "-word" excludes; "--flag", "-n" and a dash between spaces do not.
            var isWithout = query[at] == '-' && IsWithout(query.AsSpan(at + 1));
            var start = isWithout ? at + 1 : at;
            if (query[start] == '"')
            {
                at = query.IndexOf('"', start + 1);
                tokens.Add(new Token(query[(start + 1)..at], isWithout, IsQuoted: true));
                continue;
            }
            for (at = start; at < query.Length && !char.IsWhiteSpace(query[at]) && query[at] != '"'; at++) { }
            tokens.Add(new Token(query[start..at], isWithout));
            at--;
        }
        return tokens;
    }

    /// <summary>A dash and a single ASCII letter is a command-line option; a single character of another script may be a word.</summary>
    private static bool IsWithout(ReadOnlySpan<char> rest) =>
        !rest.IsEmpty
        && (
            rest[0] == '"'
            || (char.IsLetterOrDigit(rest[0]) && (!char.IsAscii(rest[0]) || (rest.Length > 1 && !char.IsWhiteSpace(rest[1]))))
        );

    /// <param name="Text">Without the quotes and the leading minus.</param>
    internal readonly record struct Token(string Text, bool IsWithout = false, bool IsQuoted = false)
    {
        public bool IsOr => Text == "OR" && !IsQuoted;
    }
}

/// <summary>Terms of which at least one must match.</summary>
internal sealed record SearchClause(IReadOnlyList<SearchTerm> Alternatives)
{
    /// <summary>Whether it must be found as typed.</summary>
    public bool IsQuoted => Alternatives.Any(term => term.IsQuoted);

    /// <summary>Whether other forms of a word are looked for too.</summary>
    public bool HasForms => Alternatives.Any(term => term.Forms.Count > 0);

    /// <summary>Whether it is a path or an identifier of several words, typed without quotes.</summary>
    public bool IsName => Alternatives is [{ IsQuoted: false, IsPrefix: false, Words.Count: > 2 }];

    /// <summary>The terms as typed.</summary>
    public string Typed => string.Join(" OR ", Alternatives.Select(term => term.IsPrefix ? term.Typed + "*" : term.Typed));

    /// <summary>The same with the other forms of each word.</summary>
    public SearchClause WithForms() => new([.. Alternatives.Select(term => term.WithForms())]);

    /// <summary>The same without other forms.</summary>
    public SearchClause AsTyped() => HasForms ? new([.. Alternatives.Select(term => term with { Forms = [] })]) : this;

    /// <summary>Removes the clauses that are a small word, unless no others would be left.</summary>
    public static IReadOnlyList<SearchClause> WithoutSmallWords(IReadOnlyList<SearchClause> clauses)
    {
        SearchClause[] telling =
        [
            .. clauses.Where(clause =>
                clause.Alternatives is not [{ IsQuoted: false, IsPrefix: false, Words: [var word] }] || !SmallWords.Contains(word)
            ),
        ];
        return telling.Length > 0 ? telling : clauses;
    }
}
