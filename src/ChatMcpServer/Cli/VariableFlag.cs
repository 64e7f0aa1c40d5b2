using System.CommandLine;

namespace ChatMcpServer.Cli;

/// <summary>An option with a variable of the environment that is its default.</summary>
internal sealed record VariableFlag(Option<string> Flag, string Variable)
{
    /// <summary>An option that subcommands have too.</summary>
    /// <param name="helpName">The name of the value in the help.</param>
    public static VariableFlag OfAll(string variable, string name, string helpName, string description)
    {
        var flag = Flags.Text(name, helpName, description);
        flag.Recursive = true;
        return new(flag, variable);
    }

    /// <summary>The value, and the name of the option or variable that has it; null if there is no value. An empty variable has none.</summary>
    public (string Name, string Text)? Given(ParseResult flags, Func<string, string?> environment) =>
        flags.GetValue(Flag) is { } value ? (Flag.Name, value)
        : environment(Variable) is { Length: > 0 } variable ? (Variable, variable)
        : null;
}
