using System.Text.Json;
using ChatSessions.Tests;
using Microsoft.ML.Tokenizers;
using Xunit;

namespace ChatMcpServer.Tests.Mcp;

/// <summary>Structured content as hosts write it for a model, and its cost, counted by another tokenizer than ours.</summary>
internal static class HostJson
{
    private static readonly TiktokenTokenizer Reference = TiktokenTokenizer.CreateForEncoding("o200k_base");

    /// <summary>JSON as JavaScript's JSON.stringify writes it, or with a space after each comma and colon as Python's json.dumps.</summary>
    public static string Write(JsonElement value, bool spaced = false) =>
        value.ValueKind switch
        {
            JsonValueKind.Object =>
                $"{{{Join(value.EnumerateObject().Select(property => $"{JsonTexts.Quote(property.Name)}:{(spaced ? " " : "")}{Write(property.Value, spaced)}"), spaced)}}}",
            JsonValueKind.Array => $"[{Join(value.EnumerateArray().Select(item => Write(item, spaced)), spaced)}]",
            JsonValueKind.String => JsonTexts.Quote(value.GetString()!),
            _ => value.GetRawText(),
        };

    public static int Tokens(string text) => Reference.CountTokens(text);

    /// <summary>Checks that each channel of an answer is within a budget.</summary>
    public static void AssertWithin(ModelContextProtocol.Protocol.CallToolResult answer, int budget)
    {
        foreach (
            var (form, text) in new[] { ("text", answer.Text()), ("compact", Write(answer.Json())), ("spaced", Write(answer.Json(), true)) }
        )
        {
            Assert.True(Tokens(text) <= budget, $"{form}: {Tokens(text)} tokens in {budget}");
            Assert.True(text.Length <= 5 * budget, $"{form}: {text.Length} characters in {budget} tokens");
        }
    }

    private static string Join(IEnumerable<string> parts, bool spaced) => string.Join(spaced ? ", " : ",", parts);
}
