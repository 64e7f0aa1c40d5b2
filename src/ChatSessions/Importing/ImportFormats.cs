using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The import formats, in the order in which they are tried.</summary>
public sealed class ImportFormats
{
    /// <summary>How many items of a list are checked.</summary>
    private const int ItemsLookedAt = 40;

    internal ImportFormats(params IReadOnlyList<ImportFormat> all) => All = all;

    /// <summary>Every format that this library reads.</summary>
    public static ImportFormats Known { get; } =
        new(
            LlamaCloudSession.Format,
            OpenCodeSession.Format,
            GooseSession.Format,
            CursorChat.Format,
            QwenCodeChat.Format,
            GeminiCliChat.Format,
            AntigravityTranscript.Format,
            CopilotCliEvents.Format,
            PiSession.Format,
            CursorTranscript.Format,
            DroidSession.Format,
            GrokSession.Format,
            KimiWire.Format,
            OpenHandsConversation.Format,
            AmpThread.Format,
            VsCodeChat.Format,
            ChatGptExport.Format,
            ClaudeAiExport.Format,
            SweAgentTrajectory.Format,
            InspectLog.Format,
            TauBenchResults.Format,
            ClaudeCodeTranscript.Format,
            AnthropicMessages.Format,
            OpenAiResponses.Format,
            CodexRollout.Format,
            MicrosoftAiMessages.Format,
            SemanticKernelHistory.Format,
            OpenAiMessages.Format
        );

    public IReadOnlyList<ImportFormat> All { get; }

    /// <summary>The values for <c>--format</c>.</summary>
    public IEnumerable<string> Names => All.Select(format => format.Name);

    /// <summary>The format with this name.</summary>
    /// <exception cref="ChatSessionException">Unknown name.</exception>
    public ImportFormat Parse(string name) =>
        All.FirstOrDefault(format => format.Name == name)
        ?? throw new ChatSessionException(
            ChatSessionError.InvalidArgument,
            $"Unknown format '{name}'. Use one of {string.Join(", ", Names)}."
        );

    /// <summary>A sentence that says where the supported formats are listed. They are too many for an error about each of some files.</summary>
    internal const string WhereNamed = "`chat-mcp-server import --help` names the formats.";

    /// <summary>The format that a record, or the whole file, shows by its fields; null if none.</summary>
    internal ImportFormat? Of(RawJson record)
    {
        if (record.Kind == JsonValueKind.Array)
            return First(record.Items(), (format, item) => format.IsMessage(item) || format.IsRecord(item));
        var fields = new Fields(record);
        var messages = fields["messages"].Items().Take(ItemsLookedAt).Select(item => new Fields(item)).ToList();
        return All.FirstOrDefault(format =>
            format.IsRecord(fields) || messages.Exists(item => format.IsMessage(item)) || format.IsMessage(fields)
        );
    }

    /// <summary>Why a record that looks like one of the formats is not supported; null for any other.</summary>
    internal string? Refusal(RawJson record)
    {
        var fields = new Fields(record);
        return All.Select(format => format.Refusal(fields)).FirstOrDefault(refusal => refusal is not null);
    }

    /// <summary>The first format in the table that one of the items shows: a list may begin with messages that several formats have.</summary>
    private ImportFormat? First(IReadOnlyList<RawJson> items, Func<ImportFormat, Fields, bool> shows)
    {
        var lookedAt = items.Take(ItemsLookedAt).Select(item => new Fields(item)).ToList();
        return All.FirstOrDefault(format => lookedAt.Exists(item => shows(format, item)));
    }
}
