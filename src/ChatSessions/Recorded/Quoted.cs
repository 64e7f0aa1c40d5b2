using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;

namespace ChatSessions.Recorded;

/// <summary>
/// Recorded names among the server's own words. Most are written as they are; a name that could be mistaken for the server's words has
/// quotes, inside of which only recorded text stands. All take texts that <see cref="OutgoingText"/> has made visible on one line.
/// </summary>
public static partial class Quoted
{
    /// <summary>Signs inside ordinary names, paths and ids.</summary>
    private static readonly SearchValues<char> Signs = SearchValues.Create("_-./:@+$~\\");

    /// <summary>Words with which a label of the server begins, or which say whose words follow, or how something ended.</summary>
    private static readonly FrozenSet<string> OurWords = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "user",
        "text",
        "thinking",
        "stop",
        "context",
        "unknown",
        "event",
        "answer",
        "arguments",
        "result",
        "error",
        "system",
        "assistant",
        "developer",
        "human",
        "ok",
        "failed",
        "unanswered",
        "recorded",
        "none",
        "and"
    );

    /// <summary>The name of a tool or a role. One that is a word of the server has quotes, too.</summary>
    public static string Tool(string shown)
    {
        var (name, cut) = Divide(shown);
        var end = name.IndexOf(':', StringComparison.Ordinal);
        return IsPlain(name) && !OurWords.Contains(end < 0 ? name : name[..end]) ? shown : Text(name) + cut;
    }

    /// <summary>The name of an argument, a session's id, a program or a branch: anything with a space in it has quotes.</summary>
    public static string Name(string shown)
    {
        var (name, cut) = Divide(shown);
        return IsPlain(name) ? shown : Text(name) + cut;
    }

    /// <summary>A text in a list: with quotes if one of the list's separators is in it, or if it begins with a quote.</summary>
    public static string Between(string shown, params ReadOnlySpan<string> separators)
    {
        var (text, cut) = Divide(shown);
        foreach (var separator in separators)
            if (text.Contains(separator, StringComparison.Ordinal))
                return Text(text) + cut;
        return text.StartsWith('"') ? Text(text) + cut : shown;
    }

    /// <summary>A text in brackets: with quotes if it could close them.</summary>
    public static string InBrackets(string shown)
    {
        var open = 0;
        foreach (var character in shown)
            if (
                (
                    open += character switch
                    {
                        '(' => 1,
                        ')' => -1,
                        _ => 0,
                    }
                ) < 0
            )
                break;
        return open == 0 ? shown : Text(shown);
    }

    /// <summary>A text in quotes. Quotes in it have a backslash, and so has every backslash that is not the code of a character.</summary>
    public static string Text(string shown)
    {
        var quoted = new StringBuilder("\"");
        for (var at = 0; at < shown.Length; at++)
        {
            if (shown[at] == '"' || (shown[at] == '\\' && Escapes.LengthAt(shown, at) != CodeLength))
                quoted.Append('\\');
            quoted.Append(shown[at]);
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>What a caller may mean by an id: the id itself, or the one that answers show so, with codes and quotes.</summary>
    public static IEnumerable<string> Readings(string given)
    {
        yield return given;
        if (Recorded(given) is { } recorded)
            yield return recorded;
        if (given is not ['"', .., '"'] || given.Length < 2)
            yield break;
        var inside = EscapePattern().Replace(given[1..^1], "${sign}");
        if (Text(inside) != given)
            yield break;
        yield return inside;
        if (Recorded(inside) is { } inner)
            yield return inner;
    }

    private const int CodeLength = 6;

    /// <summary>The text whose hidden characters are shown as these codes; null if there is no such text.</summary>
    private static string? Recorded(string shown)
    {
        if (!shown.Contains("\\u", StringComparison.Ordinal))
            return null;
        var recorded = CodePattern().Replace(shown, code => OutgoingText.OfCode(code.Value) is { } character ? $"{character}" : code.Value);
        return recorded != shown && OutgoingText.ShowName(recorded) == shown ? recorded : null;
    }

    private static bool IsPlain(string name)
    {
        if (name.Length == 0 || !(char.IsLetterOrDigit(name[0]) || name[0] is '_' or '.' or '/' or '$' or '~' or '@'))
            return false;
        for (var at = 0; at < name.Length; at++)
            if (!char.IsLetterOrDigit(name[at]) && !IsOfPair(name[at]) && !Signs.Contains(name[at]))
                return false;
        return name[^1] is not (':' or '\\');
    }

    /// <summary>Half of a letter beyond the basic plane.</summary>
    private static bool IsOfPair(char character) => char.IsSurrogate(character);

    /// <summary>A name, and the mark of a cut behind it, which is no part of the name.</summary>
    private static (string Name, string Cut) Divide(string shown) =>
        CutPattern().Match(shown) is { Success: true, Length: > 0 } cut ? (shown[..cut.Index], cut.Value) : (shown, "");

    [GeneratedRegex(@"…(\[\+[\d,]+ characters(, #\d+)?\])?$")]
    private static partial Regex CutPattern();

    [GeneratedRegex(@"\\(?<sign>[""\\])")]
    private static partial Regex EscapePattern();

    [GeneratedRegex(@"\\u[0-9A-F]{4}")]
    private static partial Regex CodePattern();
}
