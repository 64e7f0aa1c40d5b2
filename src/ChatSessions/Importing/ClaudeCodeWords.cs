using System.Text;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Who wrote a piece of what Claude Code records in the user's name.</summary>
internal enum ClaudeCodeVoice
{
    /// <summary>A person.</summary>
    Person,

    /// <summary>Claude Code, an editor, a hook or another agent.</summary>
    Program,

    /// <summary>The output of a command that a person ran without the agent.</summary>
    Output,

    /// <summary>A command that runs without the agent, such as <c>/exit</c> or <c>!ls</c>.</summary>
    LocalCommand,

    /// <summary>A command that stands for a prompt, such as a skill.</summary>
    PromptCommand,

    /// <summary>The mark of an interruption.</summary>
    Interruption,
}

/// <summary>A piece of a text that Claude Code recorded in the user's name.</summary>
/// <param name="Text">The piece, as a JSON string.</param>
internal readonly record struct ClaudeCodePiece(ClaudeCodeVoice Voice, RawJson Text);

/// <summary>
/// Takes apart what Claude Code records in the user's name. Around the words of a person it puts tags of its own, and much of what it records
/// so was not written by a person at all.
/// </summary>
internal static class ClaudeCodeWords
{
    /// <summary>What the program puts before or behind the words of a person.</summary>
    private static readonly string[] Wrappers =
    [
        "system-reminder",
        "ide_opened_file",
        "ide_selection",
        "ide_diagnostics",
        "new-diagnostics",
        "user-prompt-submit-hook",
        "session-start-hook",
        "local-command-caveat",
    ];

    private static readonly string[] CommandTags = ["command-name", "command-message", "command-args"];
    private static readonly string[] Outputs = ["<local-command-stdout>", "<local-command-stderr>", "<bash-stdout>", "<bash-stderr>"];

    /// <summary>A text that begins like this is the program's to its end.</summary>
    private static readonly string[] OfProgram =
    [
        "<task-notification",
        "<teammate-message",
        "<agent-message",
        "<agent-notification",
        "<cross-session-message",
        "<fork-boilerplate",
        "<user-memory-input",
        "<tick>",
        "Caveat: The messages below",
        "Operation stopped by hook:",
        "UserPromptSubmit operation blocked by hook",
        "Stop hook feedback:",
        "Unknown skill:",
        "Unknown slash command:",
        "This session is being continued from a previous conversation",
        "Base directory for this skill:",
    ];

    /// <summary>Nothing puts more tags behind a text.</summary>
    private const int MostBehind = 32;

    /// <summary>A text with more pieces was not recorded by the program; what follows is taken as one.</summary>
    private const int MostPieces = 32;

    private const string Interrupted = "[Request interrupted by user";

    /// <summary>The pieces of a text, in their order.</summary>
    /// <param name="text">A JSON string.</param>
    public static IEnumerable<ClaudeCodePiece> Split(RawJson text)
    {
        var rest = RawJsonString.WithPlainTags(text);
        while (true)
        {
            rest = rest.Trimmed();
            if (Wrappers.FirstOrDefault(tag => rest.BeginsWithTag(tag)) is not { } tag || rest.EndOf(tag) is not { } end)
                break;
            yield return Piece(ClaudeCodeVoice.Program, rest[..end]);
            rest = rest[end..];
        }
        var behind = new Stack<RawJsonString>();
        while (behind.Count < MostBehind && Wrappers.Select(tag => rest.StartOfLast(tag)).FirstOrDefault(at => at > 0) is { } start)
        {
            behind.Push(rest[start..]);
            rest = rest[..start].Trimmed();
        }
        if (!rest.IsEmpty)
            foreach (var piece in Words(rest))
                yield return piece;
        foreach (var piece in behind)
            yield return Piece(ClaudeCodeVoice.Program, piece);
    }

    /// <summary>A result without the reminders that the program put behind it for the model, and the reminders, which are missing if it has none.</summary>
    /// <param name="result">Returned as it is unless it is a JSON string with something before a reminder.</param>
    public static (RawJson Result, RawJson Reminder) WithoutReminder(RawJson result)
    {
        const string Tag = "system-reminder";
        if (result.Kind != System.Text.Json.JsonValueKind.String)
            return (result, default);
        var rest = RawJsonString.WithPlainTags(result).TrimmedEnd();
        var whole = rest;
        for (var count = 0; count < MostBehind && rest.StartOfLast(Tag) is { } start; count++)
        {
            var before = rest[..start].TrimmedEnd();
            if (before.IsEmpty || !rest[..start].EndsLine)
                break;
            rest = before;
        }
        return rest.Length == whole.Length ? (result, default) : (rest.Json, whole[rest.Length..].Trimmed().Json);
    }

    private static IEnumerable<ClaudeCodePiece> Words(RawJsonString text)
    {
        for (var count = 0; !text.IsEmpty; count++)
        {
            var (piece, end) = count < MostPieces ? First(text) : (Piece(ClaudeCodeVoice.Person, text), text.Length);
            yield return piece;
            text = text[end..].Trimmed();
        }
    }

    /// <summary>The first piece of a text, and where it ends.</summary>
    private static (ClaudeCodePiece Piece, int End) First(RawJsonString text)
    {
        if (
            (text.BeginsWith("<command-name>") || text.BeginsWith("<command-message>"))
            && CommandTags.Max(tag => text.EndOf(tag) ?? 0) is > 0 and var endOfCommand
        )
            return (Command(text), endOfCommand);
        if (text.BeginsWith("<bash-input>") && text.EndOf("bash-input") is { } end)
            return (new(ClaudeCodeVoice.LocalCommand, Joined("!", text.Inside("bash-input"))), end);
        if (text.BeginsWith(Interrupted) && text.IndexOf("]") is { } close)
            return (Piece(ClaudeCodeVoice.Interruption, text[..(close + 1)]), close + 1);
        if (text.BeginsWithTag("channel") && text.StartOfLast("channel") == 0)
            return (Piece(ClaudeCodeVoice.Person, text.Inside("channel")), text.Length);
        var voice =
            Outputs.Any(text.BeginsWith) ? ClaudeCodeVoice.Output
            : OfProgram.Any(text.BeginsWith) || text.Is("Warmup") ? ClaudeCodeVoice.Program
            : ClaudeCodeVoice.Person;
        return (Piece(voice, text), text.Length);
    }

    /// <summary>A command as it was typed. One that stands for a prompt has its message first; one that only the program runs has its name first.</summary>
    private static ClaudeCodePiece Command(RawJsonString text)
    {
        var voice = text.BeginsWith("<command-name>") ? ClaudeCodeVoice.LocalCommand : ClaudeCodeVoice.PromptCommand;
        var name = text.Inside("command-name").Trimmed();
        if (name.IsEmpty)
            name = text.Inside("command-message").Trimmed();
        var arguments = text.Inside("command-args").Trimmed();
        return new(voice, arguments.IsEmpty ? name.Json : Joined(name, " ", arguments));
    }

    private static ClaudeCodePiece Piece(ClaudeCodeVoice voice, RawJsonString text) => new(voice, text.Json);

    private static RawJson Joined(string before, RawJsonString text) => new(Encoding.UTF8.GetBytes($"\"{before}{text}\""));

    private static RawJson Joined(RawJsonString one, string between, RawJsonString other) =>
        new(Encoding.UTF8.GetBytes($"\"{one}{between}{other}\""));
}
