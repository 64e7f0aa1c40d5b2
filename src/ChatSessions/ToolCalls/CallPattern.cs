using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace ChatSessions.ToolCalls;

/// <summary>
/// What calls are searched for: words and "phrases", which may stand anywhere in the call and its result, in any letter case, or a
/// <c>/regular expression/</c>, in which <c>^</c> and <c>$</c> are the ends of a line. <c>/…/i</c> ignores letter case.
/// </summary>
public sealed partial class CallPattern
{
    public const int MaxLength = 1_000;

    /// <summary>How many places of a text are pointed out.</summary>
    private const int MostPlaces = 3;

    internal const int SecondsLimit = 5;

    /// <summary>For all texts of a session together. Expressions take linear time, but some take long for each character.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(SecondsLimit);

    private readonly string text;
    private readonly Regex? regex;
    private readonly string[] words;

    private CallPattern(string text, Regex? regex, string[] words) => (this.text, this.regex, this.words) = (text, regex, words);

    /// <summary>Reads a pattern as a caller writes it.</summary>
    /// <exception cref="ChatSessionException">The pattern is too long, or empty, or its expression is invalid.</exception>
    public static CallPattern Parse(string text)
    {
        if (text.Length > MaxLength)
            throw Invalid($"matching has {text.Length.Grouped()} characters, and at most {MaxLength.Grouped()} are allowed.");
        if (text is ['/', .. var rest] && rest.LastIndexOf('/') is > 0 and var end && rest.AsSpan(end + 1) is "" or "i")
            return new(text, Compile(rest[..end], ignoresCase: rest.EndsWith('i')), []);
        if (UnknownFlags.Match(text) is { Success: true } match)
            throw Invalid(
                $"Unknown flag '{match.Groups["flags"].Value}' of the expression {CallQuery.Shorten(match.Groups["expression"].Value)}. Only i is known, "
                    + "which ignores letter case. To search for this as a text, put it in quotes."
            );
        var words = Words(text).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return words.Length > 0
            ? new(text, null, words)
            : throw Invalid($"matching '{text}' contains no words. Use words, a \"phrase\" or a /regular expression/.");
    }

    /// <summary>Whether some texts together match. Words may be in different ones.</summary>
    /// <param name="remaining">The time that is left for the expression.</param>
    /// <exception cref="ChatSessionException">The expression takes too long.</exception>
    internal bool IsMatch(IReadOnlyCollection<string> texts, Func<TimeSpan> remaining)
    {
        if (regex is null)
            return words.All(word => texts.Any(one => one.Contains(word, StringComparison.OrdinalIgnoreCase)));
        foreach (var one in texts)
        {
            if (remaining() <= TimeSpan.Zero)
                throw TooSlow();
            try
            {
                if (regex.IsMatch(one))
                    return true;
            }
            catch (RegexMatchTimeoutException)
            {
                throw TooSlow();
            }
        }
        return false;
    }

    /// <summary>An expression with letters behind it that are flags elsewhere. A path such as <c>/usr/bin/gs</c> has no signs of an expression.</summary>
    [GeneratedRegex(@"^(?<expression>/.*[*+?|\\\[\]{}()^$].*/)(?<flags>[dgimnsuvxyDGIMNSUVXY]{1,4})$", RegexOptions.Singleline)]
    private static partial Regex UnknownFlags { get; }

    /// <summary>The first places of a text that match, in order.</summary>
    internal IEnumerable<(int Start, int Length)> Places(string one)
    {
        if (regex is not null)
            return First(one) is { Length: > 0 } match ? [(match.Index, match.Length)] : [];
        return words
            .Select(word => (Start: one.IndexOf(word, StringComparison.OrdinalIgnoreCase), word.Length))
            .Where(place => place.Start >= 0)
            .Order()
            .Take(MostPlaces);
    }

    /// <summary>The pattern as the caller wrote it, shortened if it is long.</summary>
    public override string ToString() => regex is null ? $"'{CallQuery.Shorten(text)}'" : $"the expression {CallQuery.Shorten(text)}";

    /// <summary>The whole pattern.</summary>
    internal string Text => text;

    private Match? First(string one)
    {
        try
        {
            return regex!.Match(one);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static Regex Compile(string pattern, bool ignoresCase)
    {
        const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.CultureInvariant;
        try
        {
            return new(pattern, ignoresCase ? Options | RegexOptions.IgnoreCase : Options, TimeLimit);
        }
        catch (RegexParseException exception)
        {
            throw Invalid(
                $"Invalid expression /{CallQuery.Shorten(pattern)}/ at character {exception.Offset}: {Sentence(exception)}. "
                    + "Correct it, or pass words without slashes.",
                exception
            );
        }
        catch (NotSupportedException exception)
        {
            throw Invalid(
                $"The expression /{CallQuery.Shorten(pattern)}/ has a look-around, a back-reference or another part that cannot be matched in "
                    + "linear time. Leave it out, or pass words without slashes.",
                exception
            );
        }
    }

    /// <summary>What is wrong, of a message such as "Invalid pattern '(' at offset 1. Not enough )'s."</summary>
    private static string Sentence(RegexParseException exception) =>
        exception.Error == RegexParseError.Unknown
            ? "it cannot be read"
            : string.Concat(exception.Error.ToString().Select((letter, at) => char.IsUpper(letter) && at > 0 ? $" {letter}" : $"{letter}"))
                .ToLowerInvariant();

    private static ChatSessionException TooSlow() =>
        new(
            ChatSessionError.InvalidArgument,
            $"The expression takes more than {SecondsLimit} seconds for this session. Simplify it, pass words without slashes, or "
                + "narrow the calls down by tool, events or turns."
        );

    private static ChatSessionException Invalid(string sentence, Exception? inner = null) =>
        new(ChatSessionError.InvalidArgument, sentence, inner);

    /// <summary>Phrases in quotes, and the words between them. A quote without its partner is part of a word.</summary>
    private static IEnumerable<string> Words(string text)
    {
        var parts = text.Split('"');
        if (parts.Length % 2 == 0)
            parts = [text];
        for (var index = 0; index < parts.Length; index++)
        {
            if (index % 2 == 0)
                foreach (var word in parts[index].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                    yield return word;
            else if (!string.IsNullOrWhiteSpace(parts[index]))
                yield return parts[index];
        }
    }
}
