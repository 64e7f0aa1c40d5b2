using System.Buffers;
using System.Globalization;
using System.Text;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>What may change of an event of a draft.</summary>
internal readonly record struct DraftEventState(string? Type, string? Role, bool IsDropped);

/// <summary>An event of a draft; its fields are in the draft's buffer.</summary>
internal sealed class DraftEvent(string? type, int start, int length)
{
    private const int MomentLength = 24;

    /// <summary>The event's type, which may still change; null if its JSON includes it.</summary>
    public string? Type { get; private set; } = type;

    /// <summary>The role of a context event; null if it has none, or is not a context.</summary>
    public string? Role { get; private set; }

    /// <summary>Turns the event into context: something that neither the user nor the agent said.</summary>
    public void BecomeContext(string? role) => (Type, Role) = ("context", role);

    /// <summary>Turns a context back into what a person wrote.</summary>
    public void BecomeInput() => (Type, Role) = ("user_input", null);

    /// <summary>How many events were added before it.</summary>
    public int Index { get; set; }

    /// <summary>When it was recorded; null if the source does not say.</summary>
    public DateTimeOffset? Moment { get; set; }

    /// <summary>The model of the agent at that time; null if the source does not say.</summary>
    public string? Model { get; set; }

    /// <summary>Whether a model wrote the event.</summary>
    public bool IsOfAgent => Type is "text" or "thinking" or "tool_call" && Model is not null;

    /// <summary>Whether to leave the event out of the session.</summary>
    public bool IsDropped { get; set; }

    /// <summary>What may still change after it was added.</summary>
    public DraftEventState State
    {
        get => new(Type, Role, IsDropped);
        set => (Type, Role, IsDropped) = value;
    }

    public int Start { get; } = start;

    public int Length { get; } = length;

    /// <summary>Writes the event in the wire format.</summary>
    /// <param name="body">The event's fields in the draft's buffer.</param>
    /// <param name="modelBefore">The model of what the agent wrote before; the event says its own only if it is another.</param>
    public void WriteTo(IBufferWriter<byte> json, RawJson body, string? modelBefore)
    {
        var fields = body.Utf8.Span;
        if (Type is not null)
        {
            json.Write("{\"type\":\""u8);
            json.Write(Encoding.ASCII.GetBytes(Type));
            json.Write("\""u8);
            if (Role is not null)
            {
                json.Write(",\"role\":"u8);
                json.Write(JsonText.Quote(Role).Utf8.Span);
            }
            if (Moment is { } moment)
            {
                json.Write(",\"timestamp\":\""u8);
                var utf8 = json.GetSpan(MomentLength);
                moment.UtcDateTime.TryFormat(utf8, out var length, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
                json.Advance(length);
                json.Write("\""u8);
            }
            if (IsOfAgent && Model != modelBefore)
            {
                json.Write(",\"model\":"u8);
                json.Write(JsonText.Quote(Model!).Utf8.Span);
            }
            json.Write(fields.Length > 2 ? ","u8 : ""u8);
            fields = fields[1..];
        }
        json.Write(fields);
    }
}
