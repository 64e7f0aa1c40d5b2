using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>What an event, or a completed item, of a Codex rollout says of a tool call.</summary>
internal sealed record CodexToolEvent(string Id, string Name)
{
    /// <summary>Fields that say nothing of what was called.</summary>
    public static readonly string[] Bookkeeping =
    [
        "type",
        "id",
        "call_id",
        "status",
        "metadata",
        "internal_chat_message_metadata_passthrough",
    ];

    /// <summary>What was called with; missing if not recorded.</summary>
    public RawJson Arguments { get; private init; }

    /// <summary>The result as recorded; missing if the event has no result.</summary>
    public RawJson Result { get; private init; }

    public long? ExitCode { get; private init; }

    public bool IsFailed { get; private init; }

    public double? DurationMs { get; private init; }

    /// <summary>Whether it is a search of the web.</summary>
    public bool IsSearch { get; private init; }

    /// <summary>Whether the person ran the command, not the agent.</summary>
    public bool IsOfUser { get; private init; }

    /// <summary>Whether its id is that of a step of a script, which has no item of its own.</summary>
    public bool IsOfScript { get; private init; }

    /// <summary>The event after which it was recorded.</summary>
    public DraftEvent? Place { get; private init; }

    public DateTimeOffset? At { get; init; }

    /// <summary>The output; null if the event has no output.</summary>
    public string? Text => Result.AsString();

    /// <summary>Whether it printed something, or failed.</summary>
    public bool SaysAnything => Text is not { Length: 0 } || IsFailed || ExitCode is not (null or 0);

    /// <summary>The result, with its failure.</summary>
    public RawJson Shown =>
        ExitCode is { } code and not 0 ? CodexResult.WithExitCode(code, Result)
        : IsFailed ? Contents.Failed(Result)
        : Result;

    /// <summary>A copy that outlives the record.</summary>
    public CodexToolEvent Kept(DraftEvent? place) => this with { Place = place, Arguments = Copy(Arguments), Result = Copy(Result) };

    /// <summary>Whether a search item with this action is the same search.</summary>
    public bool Says(RawJson action) =>
        Arguments.Property("action").Utf8.Span.SequenceEqual(action.Utf8.Span)
        || action.Property("query").AsString() is { } query && query == Arguments.Property("query").AsString();

    /// <summary>Reads an event of this type; null if it tells of no call's end.</summary>
    public static CodexToolEvent? Find(string type, Fields said, SessionDraft draft)
    {
        var (id, at) = (said.Text("call_id") ?? said.Text("callId") ?? "", draft.Now);
        return type switch
        {
            "exec_command_end" => OfCommand(id, said) with { At = at },
            "patch_apply_end" => OfPatch(id, said) with { At = at },
            "mcp_tool_call_end" => OfMcp(id, said["invocation"], said, draft) with { At = at },
            "web_search_end" => OfSearch(id, said) with { At = at },
            "dynamic_tool_call_response" => new(id, said.Text("tool") ?? "dynamic_tool")
            {
                Arguments = said["arguments"],
                Result = Contents.Result(said["content_items"], draft),
                IsFailed = said["success"].AsBoolean() == false,
                DurationMs = DurationOf(said["duration"]),
                At = at,
            },
            _ => null,
        };
    }

    /// <summary>Reads a completed item; null if it tells of no call's end.</summary>
    public static CodexToolEvent? FindInItem(Fields item, SessionDraft draft)
    {
        var (id, at) = (item.Text("id") ?? "", draft.Now);
        return item.Text("type") switch
        {
            "CommandExecution" => OfCommand(id, item) with { At = at, IsOfScript = id.StartsWith("exec-", StringComparison.Ordinal) },
            "FileChange" => OfPatch(id, item) with { At = at },
            "McpToolCall" => OfMcp(id, item.Json, item, draft) with { At = at },
            "WebSearch" => OfSearch(id, item) with { At = at },
            "Extension" when item.Has("query") => OfSearch(id, item) with { At = at },
            _ => null,
        };
    }

    private static CodexToolEvent OfCommand(string id, Fields said) =>
        new(id, "exec_command")
        {
            Arguments = Some(said, "command", "cwd"),
            Result =
                said.Text("aggregated_output") is { Length: > 0 } ? said["aggregated_output"]
                : said.Text("stdout") is { Length: > 0 } ? said["stdout"]
                : said.Has("stderr") ? said["stderr"]
                : JsonText.Quote(""),
            ExitCode = said["exit_code"].AsInt64(),
            IsFailed = said.Text("status") is "failed" or "declined",
            DurationMs = DurationOf(said["duration"]),
            IsOfUser = said.Text("source") is { } source && source.Contains("user", StringComparison.OrdinalIgnoreCase),
        };

    private static CodexToolEvent OfPatch(string id, Fields said) =>
        new(id, "apply_patch")
        {
            Arguments = Some(said, "changes"),
            Result =
                said.Text("stderr") is { Length: > 0 } && said["success"].AsBoolean() == false ? said["stderr"]
                : said.Has("stdout") ? said["stdout"]
                : JsonText.Quote(""),
            IsFailed = said["success"].AsBoolean() == false || said.Text("status") is "failed" or "declined",
        };

    private static CodexToolEvent OfMcp(string id, RawJson invocation, Fields said, SessionDraft draft)
    {
        var result = said["result"];
        var (ok, fault) = (result.Property("Ok"), result.Property("Err"));
        var content = ok.IsMissing ? result : ok;
        return new(id, $"{invocation.Property("server").AsString()}.{invocation.Property("tool").AsString()}")
        {
            Arguments = invocation.Property("arguments"),
            Result =
                !fault.IsMissing ? fault
                : content.Property("content") is { IsMissing: false } parts ? Contents.Result(parts, draft)
                : content,
            IsFailed = !fault.IsMissing || content.Property("isError").AsBoolean() == true || said.Text("status") == "failed",
            DurationMs = DurationOf(said["duration"]),
        };
    }

    private static CodexToolEvent OfSearch(string id, Fields said) =>
        new(id, "web_search")
        {
            Arguments = Some(said, "action", "query"),
            Result = said["results"],
            IsSearch = true,
        };

    private static RawJson Some(Fields said, params string[] names) =>
        JsonText.Make(writer =>
        {
            writer.WriteStartObject();
            foreach (var name in names)
                writer.WriteRaw(name, said[name]);
            writer.WriteEndObject();
        });

    private static double? DurationOf(RawJson duration) =>
        duration.Property("secs").AsDouble() is { } seconds
            ? Math.Round(1000 * seconds + (duration.Property("nanos").AsDouble() ?? 0) / 1_000_000)
            : null;

    private static RawJson Copy(RawJson json) => new(json.Utf8.ToArray());
}
