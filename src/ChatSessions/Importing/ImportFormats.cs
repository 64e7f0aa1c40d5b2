using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The formats that there are to import, in the order in which a file is tried for each.</summary>
public sealed class ImportFormats
{
    /// <summary>How much of a list is looked at.</summary>
    private const int ItemsLookedAt = 10;

    internal ImportFormats(params IReadOnlyList<ImportFormat> all) => All = all;

    /// <summary>Every format that this library reads.</summary>
    public static ImportFormats Known { get; } =
        new(LlamaCloudSession.Format, ClaudeCodeTranscript.Format, CodexRollout.Format, OpenAiMessages.Format, MicrosoftAiMessages.Format);

    /// <summary>The formats.</summary>
    public IReadOnlyList<ImportFormat> All { get; }

    /// <summary>What <c>--format</c> takes.</summary>
    public IEnumerable<string> Names => All.Select(format => format.Name);

    /// <summary>The format of this name.</summary>
    /// <exception cref="ChatSessionException">There is none.</exception>
    public ImportFormat Parse(string name) =>
        All.FirstOrDefault(format => format.Name == name)
        ?? throw new ChatSessionException(
            ChatSessionError.InvalidArgument,
            $"Unknown format '{name}'. Use one of {string.Join(", ", Names)}."
        );

    /// <summary>What the formats hold, as one sentence.</summary>
    internal string Sentence => $"Supported: {string.Join(", ", All.SkipLast(1).Select(format => format.Holds))}, and {All[^1].Holds}.";

    /// <summary>The format that a record, or the whole of a file, shows by its fields; null when it shows none.</summary>
    internal ImportFormat? Of(RawJson record)
    {
        if (record.Kind == JsonValueKind.Array)
            return First(record.Items(), item => All.FirstOrDefault(format => format.IsMessage(item) || format.IsRecord(item)));
        var fields = new Fields(record);
        return All.FirstOrDefault(format => format.IsRecord(fields))
            ?? First(fields["messages"].Items(), message => All.FirstOrDefault(format => format.IsMessage(message)));
    }

    /// <summary>Why a record that people take for one of the formats is not read; null for any other.</summary>
    internal string? Refusal(RawJson record)
    {
        var fields = new Fields(record);
        return All.Select(format => format.Refusal(fields)).FirstOrDefault(refusal => refusal is not null);
    }

    private static ImportFormat? First(IEnumerable<RawJson> items, Func<Fields, ImportFormat?> find) =>
        items.Take(ItemsLookedAt).Select(item => find(new Fields(item))).FirstOrDefault(found => found is not null);
}
