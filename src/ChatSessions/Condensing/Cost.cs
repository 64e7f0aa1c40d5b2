using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatSessions.Tokens;

namespace ChatSessions.Condensing;

/// <summary>What a text costs: o200k_base tokens and UTF-16 characters.</summary>
public readonly record struct Cost(int Tokens, int Characters)
{
    internal const int MostCharacters = CondenseOptions.LargestMaxTokens * CondenseOptions.CharactersPerToken;

    public static Cost operator +(Cost left, Cost right) => new(left.Tokens + right.Tokens, left.Characters + right.Characters);

    public static Cost operator -(Cost left, Cost right) => new(left.Tokens - right.Tokens, left.Characters - right.Characters);

    /// <summary>The most that an answer may cost.</summary>
    public static Cost Budget(int maxTokens) => new(maxTokens, maxTokens * CondenseOptions.CharactersPerToken);

    public bool FitsIn(Cost limit) => Tokens <= limit.Tokens && Characters <= limit.Characters;

    /// <summary>A text with more characters than any budget allows fits nowhere, so its tokens are not counted.</summary>
    public static Cost Count(string text) => new(text.Length > MostCharacters ? text.Length : TokenCounter.Count(text), text.Length);

    /// <summary>An upper bound of the cost of a text, found without counting tokens: a token has at least one byte.</summary>
    public static Cost AtMost(string text) => new(Encoding.UTF8.GetByteCount(text), text.Length);

    /// <summary>The cost of JSON in its most expensive form.</summary>
    public static Cost Count(JsonElement json) => Count(Spaced(json));

    /// <summary>JSON with a space after each comma and colon, the most expensive form in which hosts show it to their model.</summary>
    internal static string Spaced(JsonElement json)
    {
        var text = new StringBuilder();
        AppendSpaced(text, json);
        return text.ToString();
    }

    /// <summary>A text as a JSON string, with its quotes.</summary>
    public static string Quote(string text) => $"\"{Escape(text)}\"";

    /// <summary>A text as a JSON string, without its quotes.</summary>
    public static string Escape(string text) => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);

    private static void AppendSpaced(StringBuilder text, JsonElement value)
    {
        var separator = "";
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var property in value.EnumerateObject())
                {
                    text.Append(separator).Append(Quote(property.Name)).Append(": ");
                    AppendSpaced(text, property.Value);
                    separator = ", ";
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    text.Append(separator);
                    AppendSpaced(text, item);
                    separator = ", ";
                }
                text.Append(']');
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }
}
