using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ChatSessions.Json;
using ChatSessions.Model;
using Microsoft.Extensions.AI;

namespace ChatSessions.Messages;

/// <summary>
/// A session as Microsoft.Extensions.AI messages, grouped as a chat client would: the user's message, the agent's message with its calls, a
/// tool message with the results. Contents are in recorded order.
/// </summary>
/// <remarks>
/// Microsoft.Extensions.AI pairs calls and results only by id, but recorded agents reuse ids. Ids stay as recorded, and the pairs are given
/// separately. A content's <c>AdditionalProperties</c> have what the types have no property for:
/// <list type="bullet">
/// <item><c>event</c>: the event's position; also <c>last_event</c> if several events (deltas) make one content.</item>
/// <item><c>result_event</c> on a call and <c>call_event</c> on a result: the position of the other; absent if there is none.</item>
/// <item><c>name</c> on a result: the tool's name.</item>
/// <item><c>outcome</c> on a result that seems to have failed: <c>failed</c>, with the sign in <c>outcome_reason</c>.</item>
/// <item><c>source_id</c> and <c>attachment_name</c> on a screenshot, whose URI is this server's resource.</item>
/// <item><c>json</c> on a content without a specific type: the whole event, whose type this version does not know.</item>
/// <item>every other recorded field under its own name, such as <c>duration_ms</c> of a run, as a <see cref="JsonElement"/>.</item>
/// </list>
/// <c>RawRepresentation</c> is the <see cref="SessionEvent"/>, or the <see cref="Passage"/> if it has several events.
/// </remarks>
public static class ChatMessages
{
    /// <summary>Converts a session to messages.</summary>
    public static IReadOnlyList<ChatMessage> ToChatMessages(this Session session) => [.. MessagesOf(session)];

    /// <summary>The JSON array of the session's messages, as Microsoft.Extensions.AI writes it.</summary>
    public static string ToChatMessagesJson(this Session session)
    {
        var json = new ArrayBufferWriter<byte>(session.Json.Utf8.Length + 2);
        var type = ChatMessagesJson.Options.GetTypeInfo(typeof(ChatMessage));
        using var writer = new Utf8JsonWriter(
            json,
            new JsonWriterOptions { Encoder = ChatMessagesJson.Options.Encoder, MaxDepth = ChatMessagesJson.Options.MaxDepth }
        );
        writer.WriteStartArray();
        // One message at a time, because the messages of small events take many times the memory of their JSON.
        foreach (var message in MessagesOf(session))
        {
            JsonSerializer.Serialize(writer, message, type);
            writer.Flush();
        }
        writer.WriteEndArray();
        writer.Flush();
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    private static IEnumerable<ChatMessage> MessagesOf(Session session)
    {
        ChatMessage? last = null;
        var isOpen = false;
        foreach (var (_, owner, make) in session.Steps.SelectMany(step => ContentsOf(step, session)).OrderBy(part => part.Position))
        {
            // An event without a role joins the current message, so that it does not separate a call from its result.
            var role = owner ?? (isOpen && last!.Role != ChatRole.User ? last.Role : ChatRole.Assistant);
            if (last is null || !isOpen || last.Role != role || role == ChatRole.User)
            {
                if (last is not null)
                    yield return last;
                last = new ChatMessage(role, []);
            }
            var content = make();
            last.Contents.Add(content);
            isOpen = content is not UsageContent; // Usage ends a run; what follows begins a new message.
        }
        if (last is not null)
            yield return last;
    }

    /// <summary>A step's contents with the position and role of each; the role is null if the event has none.</summary>
    private static IEnumerable<(int Position, ChatRole? Role, Func<AIContent> Make)> ContentsOf(Step step, Session session)
    {
        switch (step)
        {
            case UserMessage { Event: var input }:
                yield return (input.Position, ChatRole.User, () => Noted(new TextContent(input.Content), input));
                break;
            case Passage passage:
                yield return (passage.First, ChatRole.Assistant, () => ContentOf(passage, session.Events));
                break;
            case ToolUse use:
                if (use.Call is { } call)
                    yield return (call.Position, ChatRole.Assistant, () => ContentOf(call, use.Result));
                if (use.Result is { } result)
                    yield return (result.Position, ChatRole.Tool, () => ContentOf(result, use));
                if (use.Result is { ImageAttachment: { } image })
                    yield return (use.Result.Position, ChatRole.Tool, () => ContentOf(image, use.Result, session));
                break;
            case RunEnd { Event: var stop }:
                if (stop.IsError)
                    yield return (stop.Position, ChatRole.Assistant, () => At(new ErrorContent(stop.Error), stop));
                yield return (stop.Position, ChatRole.Assistant, () => ContentOf(stop));
                break;
            case Unrecognized { Event: var unknown }:
                yield return (unknown.Position, null, () => ContentOf(unknown));
                break;
        }
    }

    private static AIContent ContentOf(Passage passage, ImmutableArray<SessionEvent> events)
    {
        AIContent content = passage.Kind == PassageKind.Text ? new TextContent(passage.Text) : new TextReasoningContent(passage.Text);
        for (var position = passage.First; position <= passage.Last; position++)
            Noted(content, events[position]);
        if (passage.Last > passage.First)
        {
            content.AdditionalProperties!["last_event"] = passage.Last;
            content.RawRepresentation = passage;
        }
        return content;
    }

    private static FunctionCallContent ContentOf(ToolCallEvent call, ToolResultEvent? result)
    {
        // A recorded call must not be run again by a client that runs open calls.
        var content = Noted(new FunctionCallContent(call.CallId, call.Name) { InformationalOnly = true }, call);
        if (call.Arguments.Kind == JsonValueKind.Object)
        {
            content.Arguments = new Dictionary<string, object?>();
            foreach (var (name, value) in call.Arguments.Properties())
                content.Arguments[name] = value.ToElement();
        }
        if (result is not null)
            content.AdditionalProperties!["result_event"] = result.Position;
        return content;
    }

    private static FunctionResultContent ContentOf(ToolResultEvent result, ToolUse use)
    {
        object? value =
            result.Result.IsMissing ? null
            : result.Result.AsString() is { } text ? text
            : result.Result.ToElement();
        var content = Noted(new FunctionResultContent(result.CallId, value), result);
        // The type has no property for the name, and pairing by id does not always find the right call.
        content.AdditionalProperties!["name"] = result.Name;
        if (use.Call is { } call)
            content.AdditionalProperties["call_event"] = call.Position;
        if (use.Outcome is { IsFailure: true, Reason: var reason })
        {
            content.AdditionalProperties["outcome"] = "failed";
            content.AdditionalProperties["outcome_reason"] = reason;
        }
        return content;
    }

    private static UriContent ContentOf(ImageAttachment image, ToolResultEvent result, Session session)
    {
        string[] segments = [session.Summary.SessionId, "attachments", image.SourceId, image.AttachmentName];
        var uri = $"chat://sessions/{string.Join('/', segments.Select(Uri.EscapeDataString))}";
        var content = At(new UriContent(uri, "image/*"), result);
        content.AdditionalProperties!["source_id"] = image.SourceId;
        content.AdditionalProperties["attachment_name"] = image.AttachmentName;
        return content;
    }

    private static UsageContent ContentOf(StopEvent stop)
    {
        var (_, input, output, turns) = stop.Usage;
        var total = (decimal?)input + output; // The sum may not fit into 64 bits.
        var details = new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = total is >= long.MinValue and <= long.MaxValue ? (long)total : null,
            AdditionalCounts = turns is { } count ? new() { ["turns"] = count } : null,
        };
        var content = Noted(new UsageContent(details), stop);
        foreach (var (name, value) in SessionJson.UsageBeyondCounts(stop))
            content.AdditionalProperties!.TryAdd(name, value.ToElement());
        return content;
    }

    /// <summary>Marks a content with its event.</summary>
    private static T At<T>(T content, SessionEvent @event)
        where T : AIContent
    {
        content.RawRepresentation = @event;
        content.AdditionalProperties ??= [];
        content.AdditionalProperties.TryAdd("event", @event.Position);
        return content;
    }

    /// <summary>Marks a content with its event, and adds the event's fields that it has no property for.</summary>
    private static T Noted<T>(T content, SessionEvent @event)
        where T : AIContent
    {
        At(content, @event);
        foreach (var (name, value) in SessionJson.FieldsBeyond(@event))
            content.AdditionalProperties!.TryAdd(name, value.ToElement());
        return content;
    }

    private static AIContent ContentOf(UnknownEvent unknown)
    {
        var content = At(new AIContent(), unknown);
        content.AdditionalProperties!["json"] = unknown.Json.ToElement();
        return content;
    }
}
