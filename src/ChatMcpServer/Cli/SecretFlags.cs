using System.CommandLine;
using ChatSessions.Model;
using ChatSessions.Redaction;

namespace ChatMcpServer.Cli;

/// <summary>The options that say which secrets are hidden.</summary>
/// <param name="environment">Returns the value of a variable; null if it is not set.</param>
/// <param name="variables">All variables of the process: the values of those whose names say that they are secret are hidden.</param>
internal sealed class SecretFlags(Func<string, string?> environment, IReadOnlyCollection<KeyValuePair<string, string>> variables)
{
    private const string RedactVariable = "CHAT_MCP_REDACT";
    private const string PatternsVariable = "CHAT_MCP_REDACT_PATTERNS";
    private const string ValuesVariable = "CHAT_MCP_REDACT_VALUES";
    private const string AllowVariable = "CHAT_MCP_REDACT_ALLOW";
    private const long LongestFile = 1 << 20;

    private readonly Option<string> redact = new("--redact")
    {
        HelpName = "WHAT",
        Description =
            $"What to hide in recorded text: secrets, personal (also e-mail addresses, phone, card and account numbers) or off. "
            + $"Default: {RedactVariable}, or secrets",
        Recursive = true,
    };

    private readonly Option<string[]> patterns = new("--redact-pattern")
    {
        HelpName = "NAME=REGEX",
        Description = $"Hide what matches, too; may be repeated. Default: {PatternsVariable}, one in each line",
        Recursive = true,
    };

    private readonly Option<string> values = new("--redact-values")
    {
        HelpName = "FILE",
        Description = $"Hide the values in this file, one in each line, wherever they are. Default: {ValuesVariable}",
        Recursive = true,
    };

    private readonly Option<string[]> allow = new("--redact-allow")
    {
        HelpName = "REGEX",
        Description = $"Do not hide what matches as a whole; may be repeated. Default: {AllowVariable}, one in each line",
        Recursive = true,
    };

    /// <summary>The option whose value is a path.</summary>
    public string PathOption => values.Name;

    /// <summary>Declares the options for a command and its subcommands.</summary>
    public void AddTo(Command command)
    {
        command.Add(redact);
        command.Add(patterns);
        command.Add(values);
        command.Add(allow);
    }

    /// <summary>What finds the secrets to hide; null to hide none.</summary>
    /// <param name="more">More values to hide.</param>
    /// <exception cref="ChatSessionException">A flag or a variable is invalid, or the file of values cannot be read.</exception>
    public SecretFinder? Read(ParseResult flags, IReadOnlyList<string> more)
    {
        var (name, what) = flags.GetValue(redact) is { } given ? (redact.Name, given) : (RedactVariable, environment(RedactVariable) ?? "");
        if (what is "off")
            return null;
        if (what is not ("" or "secrets" or "personal"))
            throw Invalid($"Invalid {name} '{what}'. Use secrets, personal or off.");
        var (patternsName, hidden) = Lines(flags, patterns, PatternsVariable);
        var (allowName, allowed) = Lines(flags, allow, AllowVariable);
        var listed = Values(flags);
        string[] ofMachine = [.. SecretOptions.OfEnvironment(variables)];
        return what != "personal" && hidden.Length + allowed.Length + listed.Length + ofMachine.Length + more.Count == 0
            ? SecretFinder.Standard
            : new(
                new()
                {
                    HidesPersonalData = what == "personal",
                    Patterns = [.. hidden.Select(one => Pattern(patternsName, one))],
                    Allowed = [.. allowed.Select(one => SecretOptions.Expression(allowName, one))],
                    Values = [.. listed, .. ofMachine, .. more],
                }
            );
    }

    private static HiddenPattern Pattern(string origin, string text)
    {
        var sign = text.IndexOf('=');
        return sign > 0 && text[..sign].All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
            ? new(text[..sign], SecretOptions.Expression(origin, text[(sign + 1)..]))
            : throw Invalid(
                $"Invalid {origin} '{text}'. Use NAME=REGEX, such as ticket=TCK-[0-9]+; the name is shown instead of what is hidden."
            );
    }

    private (string Name, string[] Lines) Lines(ParseResult flags, Option<string[]> option, string variable) =>
        flags.GetValue(option) is { Length: > 0 } given
            ? (option.Name, given)
            : (variable, environment(variable)?.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? []);

    private string[] Values(ParseResult flags)
    {
        var (name, path) = flags.GetValue(values) is { } given ? (values.Name, given) : (ValuesVariable, environment(ValuesVariable) ?? "");
        if (path.Length == 0)
            return [];
        try
        {
            if (new FileInfo(path).Length > LongestFile)
                throw Invalid($"{name} {path} is larger than 1 MB. Pass a file with a value in each line.");
            string[] read = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
            return read.FirstOrDefault(value => value.Length < SecretOptions.ShortestValue) is null
                ? read
                : throw Invalid(
                    $"A value in {name} {path} is shorter than {SecretOptions.ShortestValue} characters, so it would be hidden in many words. Remove it."
                );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Invalid($"Cannot read {name} {path}. Pass a file with a value to hide in each line.");
        }
    }

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);
}
