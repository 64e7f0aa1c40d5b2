using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The import formats, in the order in which they are tried.</summary>
public sealed class ImportFormats
{
    /// <summary>How many items of a list are checked.</summary>
    private const int ItemsLookedAt = 10;

    internal ImportFormats(params IReadOnlyList<ImportFormat> all) => All = all;

    /// <summary>Every format that this library reads.</summary>
    public static ImportFormats Known { get; } =
        new(LlamaCloudSession.Format, ClaudeCodeTranscript.Format, CodexRollout.Format, OpenAiMessages.Format, MicrosoftAiMessages.Format);

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

    /// <summary>A sentence that lists the supported formats.</summary>
    internal string Sentence => $"Supported: {string.Join(", ", All.SkipLast(1).Select(format => format.Holds))}, and {All[^1].Holds}.";

    /// <summary>The format that a record, or the whole file, shows by its fields; null if none.</summary>
    internal ImportFormat? Of(RawJson record)
    {
        if (record.Kind == JsonValueKind.Array)
            return First(record.Items(), item => All.FirstOrDefault(format => format.IsMessage(item) || format.IsRecord(item)));
        var fields = new Fields(record);
        return All.FirstOrDefault(format => format.IsRecord(fields))
            ?? First(fields["messages"].Items(), message => All.FirstOrDefault(format => format.IsMessage(message)));
    }

    /// <summary>Why a record that looks like one of the formats is not supported; null for any other.</summary>
    internal string? Refusal(RawJson record)
    {
        var fields = new Fields(record);
        return All.Select(format => format.Refusal(fields)).FirstOrDefault(refusal => refusal is not null);
    }

    private static ImportFormat? First(IEnumerable<RawJson> items, Func<Fields, ImportFormat?> find) =>
        items.Take(ItemsLookedAt).Select(item => find(new Fields(item))).FirstOrDefault(found => found is not null);
}
