using System.Text;
using ChatSessions.Model;

namespace Fidelity;

/// <summary>The values in an event's JSON, each with where it stands: found without any of the code that is measured.</summary>
internal static class RecordedJson
{
    /// <summary>A value: its first character and the one behind its last, how deep it lies, and in which property of the event.</summary>
    public readonly record struct Value(int Start, int End, int Depth, string? Property, bool IsString);

    /// <summary>All values of a JSON text, inner ones before those that hold them; names are none.</summary>
    public static List<Value> Values(string json)
    {
        var values = new List<Value>();
        var open = new Stack<int>();
        string? property = null;
        for (var at = 0; at < json.Length; at++)
        {
            var start = at;
            switch (json[at])
            {
                case '{' or '[':
                    open.Push(at);
                    break;
                case '}' or ']':
                    Add(open.Pop(), at + 1, isString: false);
                    break;
                case '"':
                    at = EndOfString(json, at + 1);
                    if (!IsName(json, at + 1))
                        Add(start, at + 1, isString: true);
                    else if (open.Count == 1)
                        property = json[(start + 1)..at];
                    break;
                case ',' or ':' or ' ' or '\t' or '\r' or '\n':
                    break;
                default:
                    while (at + 1 < json.Length && json[at + 1] is not (',' or '}' or ']' or ' ' or '\t' or '\r' or '\n'))
                        at++;
                    Add(start, at + 1, isString: false);
                    break;
            }
        }
        return values;

        void Add(int start, int end, bool isString) => values.Add(new(start, end, open.Count, open.Count == 0 ? null : property, isString));
    }

    /// <summary>Where the string that a place lies in ends: its quote, or the end of the text where it is cut off before.</summary>
    public static int EndOfString(string json, int from)
    {
        while (from < json.Length && json[from] != '"')
            from += json[from] == '\\' ? 2 : 1;
        return Math.Min(from, json.Length);
    }

    /// <summary>The text that a part of a JSON string holds, up to the string's end; an escape that is cut off is left out.</summary>
    public static string Unquote(string json, int from)
    {
        var end = EndOfString(json, from);
        for (var at = from; at < end; at += Length(json, at))
            if (at + Length(json, at) > end)
                end = at;
        return new RawJson(Encoding.UTF8.GetBytes($"\"{json[from..end]}\"")).AsString()!;
    }

    /// <summary>How many characters a JSON string holds before a place in it; null where the place is inside of an escape.</summary>
    public static int? UnquotedLength(string json, int from, int to)
    {
        var length = 0;
        for (; from < to; from += Length(json, from))
            length++;
        return from == to ? length : null;
    }

    /// <summary>Whether a place lies in a string, names being strings too.</summary>
    public static bool IsInString(string json, int place)
    {
        var isInString = false;
        for (var at = 0; at < place; at++)
        {
            if (json[at] == '"')
                isInString = !isInString;
            else if (json[at] == '\\')
                at++;
        }
        return isInString;
    }

    /// <summary>JSON without the white space between its tokens, up to the end of the text.</summary>
    public static string Compact(string json, bool isInString = false)
    {
        var compact = new StringBuilder(json.Length);
        for (var at = 0; at < json.Length; at++)
        {
            if (isInString || json[at] is not (' ' or '\t' or '\r' or '\n'))
                compact.Append(json[at]);
            if (isInString && json[at] == '\\' && at + 1 < json.Length)
                compact.Append(json[++at]);
            else if (json[at] == '"')
                isInString = !isInString;
        }
        return compact.ToString();
    }

    /// <summary>
    /// Where in the JSON as it was recorded the character stands that has an offset in the JSON as it is shown, hidden characters written
    /// as escapes; null where there is none.
    /// </summary>
    public static int? Unshown(string json, string shown, int offset)
    {
        var (at, shownAt) = (0, 0);
        for (; shownAt < Math.Min(offset, shown.Length); at++)
            shownAt += json[at] == shown[shownAt] ? 1 : "\\u0000".Length;
        return shownAt == offset ? at : null;
    }

    private static int Length(string json, int at) =>
        json[at] != '\\' ? 1
        : at + 1 < json.Length && json[at + 1] == 'u' ? 6
        : 2;

    private static bool IsName(string json, int at)
    {
        while (at < json.Length && char.IsWhiteSpace(json[at]))
            at++;
        return at < json.Length && json[at] == ':';
    }
}
