using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ChatSessions.Condensing;

/// <summary>What a text costs in the form that an answer has.</summary>
internal readonly record struct Cost(int Tokens, int Characters)
{
    public static Cost operator +(Cost left, Cost right) => new(left.Tokens + right.Tokens, left.Characters + right.Characters);

    public static Cost operator -(Cost left, Cost right) => new(left.Tokens - right.Tokens, left.Characters - right.Characters);

    public bool FitsIn(Cost limit) => Tokens <= limit.Tokens && Characters <= limit.Characters;
}

/// <summary>Counts the cost of a condensed session in one of its forms.</summary>
internal sealed class Budget(CondensedForm form)
{
    /// <summary>What an entry of the transcript adds to the answer.</summary>
    public Cost OfEntry(string entry) =>
        Of(form == CondensedForm.Text ? entry + "\n" : $" \"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(entry)}\",");

    /// <summary>What a whole answer costs.</summary>
    public Cost OfAnswer(CondensedSession answer) => Of(form == CondensedForm.Text ? answer.ToText() : Spaced(answer.ToJson()));

    private static Cost Of(string text) => new(TokenCounter.Count(text), text.Length);

    /// <summary>JSON with a space after each comma and colon: the dearest of the forms in which hosts show it to their model.</summary>
    private static string Spaced(JsonElement json)
    {
        var text = new StringBuilder();
        Append(json);
        return text.ToString();

        void Append(JsonElement value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    var separator = "{";
                    foreach (var property in value.EnumerateObject())
                    {
                        text.Append(separator).Append('"').Append(property.Name).Append("\": ");
                        Append(property.Value);
                        separator = ", ";
                    }
                    text.Append('}');
                    break;
                case JsonValueKind.Array:
                    text.Append('[').AppendJoin(", ", value.EnumerateArray().Select(item => Quote(item.GetString()!))).Append(']');
                    break;
                case JsonValueKind.String:
                    text.Append(Quote(value.GetString()!));
                    break;
                default:
                    text.Append(value.GetRawText());
                    break;
            }
        }

        static string Quote(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
    }
}
