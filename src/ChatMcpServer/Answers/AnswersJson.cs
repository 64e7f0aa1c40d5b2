using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChatSessions.Condensing;
using ModelContextProtocol;

namespace ChatMcpServer.Answers;

/// <summary>How this server's own answers are written as JSON.</summary>
internal static class AnswersJson
{
    /// <summary>The SDK's options with our types added: for parameters and schemas.</summary>
    public static readonly JsonSerializerOptions Options = WithOurTypes();

    /// <summary>For what an answer holds: letters as they are, since a model pays for each escape.</summary>
    public static readonly AnswersJsonContext Unescaped = new(
        new JsonSerializerOptions(AnswersJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    private static JsonSerializerOptions WithOurTypes()
    {
        var options = new JsonSerializerOptions(McpJsonUtilities.DefaultOptions);
        options.TypeInfoResolverChain.Add(AnswersJsonContext.Default);
        return options;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(CondensedSession))]
[JsonSerializable(typeof(EventPages))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(HitList))]
internal sealed partial class AnswersJsonContext : JsonSerializerContext;
