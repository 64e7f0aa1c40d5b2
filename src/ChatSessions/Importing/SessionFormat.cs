using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The formats that sessions are imported from; docs/formats.md says how each becomes a session.</summary>
public enum SessionFormat
{
    /// <summary>A session as LlamaCloud's chat API answers it, whole or one a line (<c>llamacloud</c>).</summary>
    LlamaCloud,

    /// <summary>A transcript of Claude Code, a record a line (<c>claude-code</c>).</summary>
    ClaudeCode,

    /// <summary>A rollout of Codex, a record a line, in the wrapped form or the one before it (<c>codex</c>).</summary>
    Codex,

    /// <summary>Messages of OpenAI chat completions: a list, or an object with <c>messages</c>, whole or one a line (<c>openai</c>).</summary>
    OpenAi,

    /// <summary>Messages of Microsoft.Extensions.AI: a list, or a response with <c>messages</c>, whole or one a line (<c>microsoft-ai</c>).</summary>
    MicrosoftAi,
}

/// <summary>The names that people give the formats, and the signs by which a format is told from what a file holds.</summary>
public static class SessionFormats
{
    private static readonly (SessionFormat Format, string Name)[] Named =
    [
        (SessionFormat.LlamaCloud, "llamacloud"),
        (SessionFormat.ClaudeCode, "claude-code"),
        (SessionFormat.Codex, "codex"),
        (SessionFormat.OpenAi, "openai"),
        (SessionFormat.MicrosoftAi, "microsoft-ai"),
    ];

    /// <summary>Lines of Claude Code that are no message; they may come before the first that is.</summary>
    private static readonly string[] ClaudeCodeBookkeeping =
    [
        "summary",
        "custom-title",
        "ai-title",
        "file-history-snapshot",
        "queue-operation",
        "last-prompt",
        "permission-mode",
    ];

    private static readonly string[] ClaudeCodeReferences = ["sessionId", "leafUuid", "messageId", "snapshot", "customTitle", "aiTitle"];

    /// <summary>What <c>--format</c> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Named.Select(one => one.Name)];

    /// <summary>The name of a format, as <c>--format</c> takes it.</summary>
    public static string NameOf(SessionFormat format) => Named.Single(one => one.Format == format).Name;

    /// <summary>The format of this name.</summary>
    /// <exception cref="ChatSessionException">There is none.</exception>
    public static SessionFormat Parse(string name) =>
        Named.Where(one => one.Name == name).Select(one => (SessionFormat?)one.Format).SingleOrDefault()
        ?? throw new ChatSessionException(
            ChatSessionError.InvalidArgument,
            $"There is no format '{name}'. The formats are {string.Join(", ", Names)}."
        );

    /// <summary>The format that a record, or the whole of a file, shows by its fields; null when it shows none.</summary>
    internal static SessionFormat? Of(RawJson record) =>
        record.Kind == JsonValueKind.Array
            ? record.Items().Take(10).Select(item => OfMessage(item) ?? OfLine(item)).FirstOrDefault(format => format is not null)
            : OfLine(record);

    /// <summary>Whether it is a line of what <c>codex exec --json</c> prints, which people take for a rollout.</summary>
    internal static bool IsCodexStream(RawJson record) =>
        record.Property("type").AsString() is "thread.started" or "turn.started" or "item.started" or "item.completed";

    private static SessionFormat? OfLine(RawJson record)
    {
        var fields = new Fields(record);
        var type = fields.Text("type");
        if (fields.Has("session_id") && fields.Has("events"))
            return SessionFormat.LlamaCloud;
        if (fields["loglines"].Kind == JsonValueKind.Array || IsClaudeCode(type, fields))
            return SessionFormat.ClaudeCode;
        if (IsCodex(type, fields))
            return SessionFormat.Codex;
        if (fields["messages"].Items() is { Count: > 0 } messages)
            return messages.Take(10).Select(OfMessage).FirstOrDefault(format => format is not null);
        if (fields["choices"].Items().Any(choice => choice.Property("message").Kind == JsonValueKind.Object))
            return SessionFormat.OpenAi;
        return null;
    }

    private static bool IsClaudeCode(string? type, Fields fields) =>
        type is "user" or "assistant" ? fields["message"].Kind == JsonValueKind.Object
        : type is "system" or "attachment" or "progress" ? fields.Has("uuid") || fields.Has("sessionId")
        : ClaudeCodeBookkeeping.Contains(type) && ClaudeCodeReferences.Any(fields.Has);

    private static bool IsCodex(string? type, Fields fields) =>
        type is not null && fields["payload"].Kind == JsonValueKind.Object && fields.Has("timestamp")
        || type is null
            && fields.Text("id") is not null
            && fields.Text("timestamp") is not null
            && (fields.Has("instructions") || fields.Has("git"))
        || fields.Text("record_type") == "state"
        || type is "message" && fields["content"].Kind == JsonValueKind.Array && fields.Has("role")
        || type is "function_call" or "function_call_output" && fields.Has("call_id");

    private static SessionFormat? OfMessage(RawJson message) =>
        message.Property("contents").Kind == JsonValueKind.Array ? SessionFormat.MicrosoftAi
        : message.Property("role").AsString() is not null && message.Property("type").IsMissing ? SessionFormat.OpenAi
        : null;
}
