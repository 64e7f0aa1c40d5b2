using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>A program whose sessions are recognized but not read, so that its files can be named instead of passed over.</summary>
/// <param name="Name">The program's name, as in "a session of Aider".</param>
internal sealed record UnreadProgram(string Name)
{
    private static readonly UnreadProgram[] All =
    [
        new("Aider") { IsFile = name => name == ".aider.chat.history.md" },
        new("DeepSeek") { IsRecord = fields => fields.Text("type") is "user/message" or "assistant/message" or "tool/call" },
        new("Letta Code") { IsRecord = fields => fields.Has("kind") && fields.Has("captured_at") },
        new("Harbor") { IsRecord = fields => fields.Text("schema_version")?.StartsWith("ATIF", StringComparison.Ordinal) == true },
        new("QwenPaw") { IsRecord = fields => fields["agent"].Property("memory").Kind == JsonValueKind.Object },
        new("Visual Studio") { IsRecord = fields => fields["resourceSpans"].Kind == JsonValueKind.Array },
    ];

    /// <summary>Whether the program names its session files so.</summary>
    private Func<string, bool> IsFile { get; init; } = _ => false;

    /// <summary>Whether a record of a file shows the program.</summary>
    private Func<Fields, bool> IsRecord { get; init; } = _ => false;

    /// <summary>The program that names its session files so; null if none does.</summary>
    public static UnreadProgram? OfFile(string path)
    {
        var name = Path.GetFileName(path);
        return Array.Find(All, program => program.IsFile(name));
    }

    /// <summary>The program that writes such records; null if it is not known.</summary>
    public static UnreadProgram? OfRecord(RawJson record)
    {
        var fields = new Fields(record.Items() is [var first, ..] ? first : record);
        return Array.Find(All, program => program.IsRecord(fields));
    }
}
