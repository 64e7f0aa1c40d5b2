using System.Globalization;
using System.Text;

namespace ChatSessions.Tests;

/// <summary>JSON texts as different writers make them.</summary>
public static class JsonTexts
{
    /// <summary>A text as a JSON string, lone surrogates and controls escaped, and of the rest each n-th character.</summary>
    public static string Quote(string text, int escapeEach = int.MaxValue)
    {
        var json = new StringBuilder("\"");
        for (var at = 0; at < text.Length; at++)
        {
            var isPair = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]);
            if (isPair && at % escapeEach != escapeEach - 1)
                json.Append(text, at++, 2);
            else if (text[at] is '"' or '\\')
                json.Append('\\').Append(text[at]);
            else if (text[at] == '\n')
                json.Append("\\n");
            else if (char.IsSurrogate(text[at]) || text[at] < ' ' || at % escapeEach == escapeEach - 1)
                json.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[at]:x4}");
            else
                json.Append(text[at]);
        }
        return json.Append('"').ToString();
    }

    /// <summary>The text of a JSON string from a place inside of it on, up to its end.</summary>
    public static string UnquoteFrom(string json, int offset)
    {
        var end = offset;
        while (json[end] != '"')
            end += json[end] == '\\' ? 2 : 1;
        return Some.Json($"\"{json[offset..end]}\"").AsString()!;
    }
}
