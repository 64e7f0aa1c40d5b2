using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace Fidelity;

/// <summary>A line of a result with distinctive words that the agent took up later.</summary>
/// <param name="Position">The event with the result.</param>
/// <param name="Text">The line, or so much of a long one as stands around the first of the words.</param>
/// <param name="Cell">If the line is a value in JSON, the value as a table shows it.</param>
/// <param name="Facts">The words.</param>
internal sealed partial record UsedLine(int Position, string Text, string? Cell, IReadOnlyList<string> Facts)
{
    private const int Shortest = 12;
    private const int Longest = 160;
    private const int Around = 60;

    /// <summary>A string in JSON that is longer is a text with lines of its own.</summary>
    private const int LongestLeaf = 200;

    private const int LongWord = 14;

    public bool IsShown(Haystack shown) =>
        shown.Has(Haystack.Needle(Text))
        || (Cell is not null && (shown.Has($"| {Cell} |") || shown.Has($"| {Cell} ") || shown.Has($" {Cell} |")));

    /// <summary>
    /// All of a session. A fact is a word with a digit, a sign or a capital inside, or a long one, that appears for the first time in a
    /// result, and later in what the agent writes.
    /// </summary>
    public static List<UsedLine> Of(Session session)
    {
        var places = new Dictionary<string, (int Position, int Number, string Line, string? Cell)?>();
        var taken = new List<string>();
        foreach (var one in session.Events)
        {
            if (one is ToolResultEvent result)
            {
                var number = 0;
                foreach (var (line, cell) in LinesOf(result.Result))
                {
                    foreach (var word in Words(line))
                        places.TryAdd(word, (one.Position, number, line, cell));
                    number++;
                }
                continue;
            }
            foreach (var word in Words(TextOf(one)))
            {
                places.TryAdd(word, null);
                if (one is not UserInputEvent && places[word] is not null)
                    taken.Add(word);
            }
        }
        return
        [
            .. from fact in taken.Distinct()
            let place = places[fact]!.Value
            where place.Line.Trim().Length >= Shortest && IsDistinctive(fact)
            group fact by place into line
            orderby line.Key.Position, line.Key.Number
            select new UsedLine(line.Key.Position, Cut(line.Key.Line.Trim(), line.First()), line.Key.Cell, [.. line]),
        ];
    }

    private static string Cut(string line, string fact)
    {
        if (line.Length <= Longest)
            return line;
        var at = line.IndexOf(fact, StringComparison.Ordinal);
        return line[Math.Max(0, at - Around)..Math.Min(line.Length, at + fact.Length + Around)];
    }

    private static string TextOf(SessionEvent one) =>
        one switch
        {
            ToolCallEvent call => string.Join('\n', Leaves(call.Arguments, "").Select(leaf => TextOf(leaf.Value))),
            ContentEvent content => content.Content,
            _ => "",
        };

    private static string TextOf(RawJson leaf) => leaf.AsString() ?? leaf.ToString();

    private static IEnumerable<(string Line, string? Cell)> LinesOf(RawJson result)
    {
        if (result.AsString() is { } text)
        {
            if (Parsed(text) is not { } json)
                return RecordedResult.Lines(text).Select(line => (line, (string?)null));
            result = json;
        }
        return Leaves(result, "")
            .SelectMany(leaf =>
                leaf.Value.AsString() is { } value && (value.Contains('\n', StringComparison.Ordinal) || value.Length > LongestLeaf)
                    ? RecordedResult.Lines(value).Select(line => (line, (string?)null))
                    : [((leaf.Key.Length > 0 ? $"\"{leaf.Key}\":" : "") + Compact(leaf.Value), TextOf(leaf.Value))]
            );
    }

    private static RawJson? Parsed(string text)
    {
        if (text is not ['[' or '{', ..])
            return null;
        try
        {
            return RawJson.Parse(Encoding.UTF8.GetBytes(text));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The values that hold no others, each with its name; null is none.</summary>
    private static IEnumerable<(string Key, RawJson Value)> Leaves(RawJson value, string key) =>
        value.Kind switch
        {
            JsonValueKind.Object => value.Properties().SelectMany(property => Leaves(property.Value, property.Key)),
            JsonValueKind.Array => value.Items().SelectMany(item => Leaves(item, "")),
            JsonValueKind.Null or JsonValueKind.Undefined => [],
            _ => [(key, value)],
        };

    /// <summary>A value as JSON that has no more escapes than it must have.</summary>
    private static string Compact(RawJson leaf) =>
        leaf.AsString() is not { } text
            ? leaf.ToString()
            : $"\"{EscapedPattern().Replace(text, letter => letter.Value switch
            {
                "\"" => "\\\"",
                "\\" => "\\\\",
                "\t" => "\\t",
                "\r" => "\\r",
                "\b" => "\\b",
                "\f" => "\\f",
                var other => $"\\u{(int)other[0]:x4}",
            })}\"";

    private static IEnumerable<string> Words(string text) => WordPattern().Matches(text).Select(word => word.Value).Distinct();

    private static bool IsDistinctive(string word) => word.Length >= LongWord || InnerPattern().IsMatch(word);

    [GeneratedRegex(@"[A-Za-z0-9_][A-Za-z0-9_./:@-]{3,}[A-Za-z0-9_]|\d{3,}")]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"[a-z][A-Z]|[A-Za-z]\d|\d[A-Za-z]|[A-Za-z0-9][_/.:@-][A-Za-z0-9]|\d{3,}")]
    private static partial Regex InnerPattern();

    [GeneratedRegex(@"[""\\\x00-\x1f]")]
    private static partial Regex EscapedPattern();
}
