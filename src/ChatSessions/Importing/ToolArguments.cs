using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The arguments of tool calls, which most programs record as the text that the model wrote.</summary>
internal static class ToolArguments
{
    /// <summary>The object, parsed if it is a text; missing if empty; otherwise an object with the value as <c>input</c>.</summary>
    public static RawJson Of(RawJson recorded) =>
        recorded.Kind == JsonValueKind.Object ? recorded
        : recorded.Kind is JsonValueKind.Undefined or JsonValueKind.Null || recorded.AsString() == "" ? default
        : JsonText.ObjectIn(recorded.AsString()) is { IsMissing: false } parsed ? parsed
        : JsonText.Make(writer =>
        {
            writer.WriteStartObject();
            writer.WriteRaw("input", recorded);
            writer.WriteEndObject();
        });
}
