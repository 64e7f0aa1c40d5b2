using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp.Resources;

/// <summary>
/// Writes long texts of resources piece by piece. The SDK would escape such a text as a whole, in pooled buffers of many times its size
/// that stay in memory.
/// </summary>
internal static class LongTexts
{
    private static readonly string Key = typeof(LongText).FullName!;

    /// <summary>Shorter texts cost little.</summary>
    private const int Long = 32 << 10;

    /// <summary>Escaped, a piece is at most six times as long. That is still below the size that goes to the large object heap.</summary>
    private const int Piece = 8 << 10;

    /// <remarks>
    /// A node writes itself with a type it was not asked for only if the options are the same: those that the SDK serializes messages with,
    /// which it does not make public.
    /// </remarks>
    private static readonly JsonTypeInfo<LongText> Type = JsonMetadataServices.CreateValueInfo<LongText>(
        McpJsonUtilities.DefaultOptions.TypeInfoResolverChain.OfType<JsonSerializerContext>().First().Options,
        new Converter()
    );

    /// <summary>Takes a long text out of the result before the SDK serializes it.</summary>
    public static McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> TakeOut(
        McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> next
    ) =>
        async (request, cancellationToken) =>
        {
            var result = await next(request, cancellationToken);
            if (result.Contents is [TextResourceContents { Text.Length: > Long } contents])
            {
                request.Items[Key] = new LongText(contents.Text);
                contents.Text = "";
            }
            return result;
        };

    /// <summary>Puts the text into the serialized answer, whose context is that of the request.</summary>
    public static McpMessageHandler PutIn(McpMessageHandler next) =>
        (context, cancellationToken) =>
        {
            if (context.JsonRpcMessage is JsonRpcResponse { Result: { } result } && context.Items.Remove(Key, out var text))
                result["contents"]![0]!["text"] = JsonValue.Create((LongText)text!, Type);
            return next(context, cancellationToken);
        };

    private sealed record LongText(string Text);

    private sealed class Converter : JsonConverter<LongText>
    {
        public override LongText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, LongText value, JsonSerializerOptions options)
        {
            var rest = value.Text.AsSpan();
            for (; rest.Length > Piece; rest = rest[Piece..])
            {
                writer.WriteStringValueSegment(rest[..Piece], isFinalSegment: false);
                writer.Flush();
            }
            writer.WriteStringValueSegment(rest, isFinalSegment: true);
        }
    }
}
