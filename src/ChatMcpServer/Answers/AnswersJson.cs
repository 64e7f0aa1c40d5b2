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
    /// <summary>For arguments: the SDK's options with our types added.</summary>
    public static readonly JsonSerializerOptions Options = new(McpJsonUtilities.DefaultOptions)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(McpJsonUtilities.DefaultOptions.TypeInfoResolver, AnswersJsonContext.Default),
    };

    /// <summary>For answers: characters are not escaped, because each escape costs a model tokens.</summary>
    public static readonly AnswersJsonContext Unescaped = new(
        new JsonSerializerOptions(AnswersJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    /// <summary>For the schemas: the types of all answers. The library has its own context, because it counts the cost of its answers.</summary>
    public static readonly JsonSerializerOptions Schemas = new(AnswersJsonContext.Default.Options)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(AnswersJsonContext.Default, CondensingJsonContext.Default),
    };
}

/// <summary>The answers. They are all listed here: the generator takes such lines from one declaration of a context only.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(HitList))]
[JsonSerializable(typeof(ToolCallList))]
[JsonSerializable(typeof(ListedToolCall))]
[JsonSerializable(typeof(ReviewedSession))]
[JsonSerializable(typeof(ComparedSessions))]
[JsonSerializable(typeof(ArchiveStats))]
internal sealed partial class AnswersJsonContext : JsonSerializerContext;
