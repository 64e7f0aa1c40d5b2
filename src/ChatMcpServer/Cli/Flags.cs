using System.CommandLine;
using ChatSessions.Condensing;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>Options that several verbs share.</summary>
internal static class Flags
{
    /// <summary>An option that takes a text.</summary>
    /// <param name="helpName">The name of the value in the help.</param>
    public static Option<string> Text(string name, string helpName, string description) =>
        new(name) { HelpName = helpName, Description = description };

    /// <summary>The option <c>--limit</c>.</summary>
    /// <param name="usual">The default.</param>
    public static Option<string> Limit(string what, int usual) =>
        Text("--limit", "N", $"How many {what} to show at most. Default: {usual}");

    /// <summary>The option <c>--owner</c> of verbs that work on an archive. <see cref="ConfiguredArchive.OwnersAsync"/> reads it.</summary>
    /// <param name="usual">What is the default.</param>
    public static Option<string> Owner(string usual) =>
        Text(
            "--owner",
            "OWNER",
            $"Whose sessions, such as group:NAME or token:NAME; all for every owner. `archive stats --owner all` names them. Default: {usual}"
        );

    /// <summary>The option <c>--json</c>.</summary>
    public static Option<bool> Json(string what) => new("--json") { Description = $"Print {what}" };

    /// <summary>The option <c>--raw</c>: the only way out for secrets, and for people alone.</summary>
    public static Option<bool> Raw(string description) => new("--raw") { Description = description };

    /// <exception cref="ChatSessionException">The value is not a positive number.</exception>
    public static int ReadLimit(ParseResult flags, Option<string> limit, int usual) =>
        flags.GetValue(limit) is { } number ? Numbers.Parse(limit.Name, number, 1, int.MaxValue) : usual;

    /// <summary>Reads one of several words; null if the option is not given.</summary>
    /// <exception cref="ChatSessionException">The value is another word.</exception>
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

    /// <summary>An option for the budget of an answer.</summary>
    public static Option<string> MaxTokens() =>
        Text(
            "--max-tokens",
            "N",
            $"The most tokens the answer may cost, {CondenseOptions.SmallestMaxTokens} to {CondenseOptions.LargestMaxTokens}. "
                + $"Default: {CondenseOptions.DefaultMaxTokens}"
        );

    /// <exception cref="ChatSessionException">It is not a number in this range.</exception>
    public static int ReadMaxTokens(ParseResult flags, Option<string> option) =>
        flags.GetValue(option) is { } tokens
            ? Numbers.Parse(option.Name, tokens, CondenseOptions.SmallestMaxTokens, CondenseOptions.LargestMaxTokens)
            : CondenseOptions.DefaultMaxTokens;
}
