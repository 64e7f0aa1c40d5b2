using System.CommandLine;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>Options that several verbs have alike.</summary>
internal static class Flags
{
    /// <summary>An option with a value.</summary>
    /// <param name="helpName">What the help calls the value.</param>
    public static Option<string> Text(string name, string helpName, string description) =>
        new(name) { HelpName = helpName, Description = description };

    /// <summary>How many of something to show.</summary>
    /// <param name="usual">How many where nothing is said.</param>
    public static Option<string> Limit(string what, int usual) =>
        Text("--limit", "N", $"How many {what} to show at most. Default: {usual}");

    /// <summary>Prints for programs.</summary>
    public static Option<bool> Json(string what) => new("--json") { Description = $"Print {what}" };

    /// <summary>Reads a limit.</summary>
    /// <exception cref="ChatSessionException">It is none.</exception>
    public static int ReadLimit(ParseResult flags, Option<string> limit, int usual) =>
        flags.GetValue(limit) is { } number ? Numbers.Parse(limit.Name, number, 1, int.MaxValue) : usual;

    /// <summary>Reads a word out of several; null where none is given.</summary>
    /// <exception cref="ChatSessionException">It is another one.</exception>
    public static T? ReadWord<T>(ParseResult flags, Option<string> option, params (string Word, T Meaning)[] words)
        where T : struct
    {
        if (flags.GetValue(option) is not { } given)
            return null;
        foreach (var (word, meaning) in words)
            if (word == given)
                return meaning;
        throw new ChatSessionException(
            ChatSessionError.InvalidArgument,
            $"Invalid {option.Name} '{given}'. Use {string.Join(", ", words.SkipLast(1).Select(one => one.Word))} or {words[^1].Word}."
        );
    }
}
