namespace ChatSessions.Importing;

/// <summary>Transcripts of Cursor's agent: messages of Claude's API without times, and mostly without the results of tools.</summary>
internal sealed class CursorTranscript : TranscriptReader
{
    private static readonly Envelope Tags = new(
        ["user_query"],
        [
            "timestamp",
            "user_info",
            "project_layout",
            "attached_files",
            "open_and_recently_viewed_files",
            "system_reminder",
            "system-reminder",
            "cursor_rules_context",
            "git_status",
            "rules",
            "agent_transcripts",
            "additional_data",
            "external_links",
        ]
    );

    private readonly MessageBlocks blocks;

    private CursorTranscript(ImportOrigin origin)
        : base(origin) => blocks = new MessageBlocks(Draft, Runs, Tags);

    public static ImportFormat Format { get; } =
        new(origin => new CursorTranscript(origin))
        {
            Name = "cursor",
            Holds = "transcripts of Cursor's agent",
            IsTranscript = true,
            CanGrow = true,
            IsRecord = fields =>
                fields.Text("role") is not null && !fields.Has("type") && fields["message"].Property("content") is { IsMissing: false },
        };

    protected override void Add(Fields record)
    {
        AddHead();
        var message = new Fields(record["message"]);
        Draft.At(record["timestamp"]);
        switch (record.Text("role") ?? record.Text("type"))
        {
            case "user":
                blocks.AddUsers(message["content"]);
                break;
            case "assistant":
                Draft.By(message.Has("model") ? message["model"] : record["model"]);
                blocks.AddAgents(message["content"]);
                break;
            case "system":
                if (Contents.Text(message["content"], Draft) is { IsMissing: false } text)
                    Runs.Context("system", text);
                break;
            case "turn_ended" when record.Text("status") == "success":
                Runs.Complete();
                break;
            case "turn_ended":
                Runs.End(isError: true, record.Has("error") ? record["error"] : record["status"], isNow: true);
                break;
            default:
                Draft.AddRecord(record.Json);
                break;
        }
    }

    /// <summary>The file's name is the id, and the folder above those of subagents that of their parent.</summary>
    private void AddHead()
    {
        if (Draft.Id is not null || !Guid.TryParse(Origin.FileName, out _))
            return;
        Draft.Id = Origin.FileName;
        var folders = Origin.Place.Split(Path.DirectorySeparatorChar);
        if (folders is [.., var parent, "subagents", _])
            Draft.About("parent_session_id", JsonText.Quote(parent));
    }
}
