using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ChatSessions.Condensing;
using ModelContextProtocol;

namespace ChatMcpServer.Answers;

/// <summary>How answers are written as JSON, and what their schemas are made from.</summary>
internal static class AnswersJson
{
    /// <summary>The SDK's options with our types added: for arguments.</summary>
    public static readonly JsonSerializerOptions Options = new(McpJsonUtilities.DefaultOptions)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(McpJsonUtilities.DefaultOptions.TypeInfoResolver, AnswersJsonContext.Default),
    };

    /// <summary>For what an answer holds: letters as they are, since a model pays for each escape.</summary>
    public static readonly AnswersJsonContext Unescaped = new(
        new JsonSerializerOptions(AnswersJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    /// <summary>The types of all answers: those of the library, which counts what its own cost, have their context there.</summary>
    public static readonly JsonSerializerOptions Schemas = new(AnswersJsonContext.Default.Options)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(AnswersJsonContext.Default, CondensingJsonContext.Default),
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(HitList))]
internal sealed partial class AnswersJsonContext : JsonSerializerContext;
