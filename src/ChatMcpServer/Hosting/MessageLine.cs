using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using ChatMcpServer.Mcp;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace ChatMcpServer.Hosting;

/// <summary>JSON-RPC messages as lines.</summary>
public static class MessageLine
{
    private static readonly JsonTypeInfo<JsonRpcMessage> MessageType =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = McpJsonUtilities.DefaultOptions.Encoder,
        MaxDepth = McpJsonUtilities.DefaultOptions.MaxDepth,
        SkipValidation = true,
    };

    /// <summary>The message as a line of JSON, with the line end. If there is not enough memory for an answer, an error that says so.</summary>
    internal static IEnumerable<ReadOnlyMemory<byte>> Write(JsonRpcMessage message)
    {
        try
        {
            return Serialize(message);
        }
        catch (OutOfMemoryException) when (message is JsonRpcResponse)
        {
            // Below, because here the exception still keeps its objects alive.
        }
        ScarceMemory.Collect();
        return Serialize(Refusal(((JsonRpcResponse)message).Id, McpErrorCode.InternalError, $"The answer {ScarceMemory.NeedsMore}"));
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Serialize(JsonRpcMessage message)
    {
        var line = new Pieces();
        using (var writer = new Utf8JsonWriter(line, WriterOptions))
            JsonSerializer.Serialize(writer, message, MessageType);
        line.Write("\n"u8);
        return line.All;
    }

    /// <summary>Reads the message in a line. If it is invalid, <paramref name="refusal"/> is the answer to send; an empty line gets no answer.</summary>
    public static JsonRpcMessage? Read(in Line line, out JsonRpcError? refusal)
    {
        refusal = null;
        ReadOnlySpan<byte> json = line.Bytes.Span.Trim(" \t\r"u8);
        if (json.StartsWith("\uFEFF"u8))
            json = json["\uFEFF"u8.Length..];
        if (line.End is { } end)
            refusal = Refusal(
                FindId(json, end),
                McpErrorCode.InvalidRequest,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The message is longer than {Requests.MaxBytes:N0} bytes. No option changes this limit; pass shorter arguments."
                )
            );
        else if (!Utf8.IsValid(json))
            refusal = Refusal(default, McpErrorCode.ParseError, "The line is not valid UTF-8.");
        else if (!json.IsEmpty)
            return Read(json, out refusal);
        return null;
    }

    private static JsonRpcMessage? Read(ReadOnlySpan<byte> json, out JsonRpcError? refusal)
    {
        refusal = null;
        try
        {
            if (JsonSerializer.Deserialize(json, MessageType) is { } message)
            {
                if (message is not JsonRpcRequest request || ParamsCheck.Fault(request.Params) is not { } fault)
                    return message;
                refusal = Refusal(request.Id, McpErrorCode.InvalidParams, fault);
                return null;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reason is determined below.
        }
        refusal = RefusalOf(json, "line");
        return null;
    }

    /// <summary>The answer to the body of a request over HTTP that is no message; null if it is one.</summary>
    internal static JsonRpcError? FindRefusal(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
            return Refusal(default, McpErrorCode.ParseError, "The body is not valid UTF-8.");
        try
        {
            if (JsonSerializer.Deserialize(body, MessageType) is not null)
                return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reason is determined below.
        }
        return RefusalOf(body, "body");
    }

    /// <param name="what">What holds the JSON.</param>
    private static JsonRpcError RefusalOf(ReadOnlySpan<byte> json, string what)
    {
        bool isJson = IsJson(json, out RequestId id, out int depth);
        return !isJson ? Refusal(id, McpErrorCode.ParseError, $"The {what} is not valid JSON.")
            : depth > ParamsCheck.DeepestNesting && json[0] == '{'
                ? Refusal(id, McpErrorCode.InvalidParams, $"params are nested deeper than {ParamsCheck.DeepestNesting} levels.")
            : Refusal(
                id,
                McpErrorCode.InvalidRequest,
                $"The {what} is not a single JSON-RPC 2.0 message. Send the messages of a batch one by one."
            );
    }

    private static JsonRpcError Refusal(RequestId id, McpErrorCode code, string message) =>
        new()
        {
            Id = id,
            Error = new JsonRpcErrorDetail { Code = (int)code, Message = message },
        };

    /// <summary>Finds the id of a request that is too long. Clients write it before the long params, or at the very end.</summary>
    private static RequestId FindId(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        IsJson(start, out RequestId id, out _);
        // Quotes inside strings are escaped, so this is a property; it belongs to the message itself if the JSON from here on is complete.
        if (id.Id is null && end.LastIndexOf("\"id\""u8) is >= 0 and var at && IsJson([(byte)'{', .. end[at..]], out RequestId last, out _))
            return last;
        return id;
    }

    /// <summary>Reads JSON of any depth, up to its first error, to find the message's id.</summary>
    private static bool IsJson(ReadOnlySpan<byte> json, out RequestId id, out int depth)
    {
        id = default;
        depth = 0;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read())
            {
                depth = Math.Max(depth, reader.CurrentDepth);
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1 || !reader.ValueTextEquals("id"u8))
                    continue;
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                    id = new RequestId(reader.GetString()!);
                else if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number))
                    id = new RequestId(number);
            }
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
