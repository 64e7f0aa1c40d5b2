using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ChatMcpServer.Cli;

namespace ChatMcpServer.Tests.Documents;

/// <summary>Writes the manual page of what the help says, in the macros of man(7).</summary>
internal static partial class ManPage
{
    public static string Write()
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, width: null, isColored: false);
        var options = new GlobalOptions(_ => null);
        var verbs = Verbs.All(options, terminal);
        var root = CommandLine.Root(options, verbs);
        var page = new StringBuilder()
            .Append(".\\\" Made by a test of what --help says; see CONTRIBUTING.md.\n.TH CHAT\\-MCP\\-SERVER 1 \"\" ChatMcpServer\n")
            .Append(".SH NAME\nchat\\-mcp\\-server \\- lets AI agents read recorded chat sessions\n")
            .Append(".SH SYNOPSIS\n.B chat\\-mcp\\-server\n.RI [ command ]\n.RI [ options ]\n")
            .Append(".SH DESCRIPTION\n")
            .Append(Text(root.Description!))
            .Append('\n');
        foreach (var (title, names) in Verbs.Groups)
        {
            page.Append(".SH ").Append(Text(title.ToUpper(CultureInfo.InvariantCulture))).Append('\n');
            foreach (var verb in names.Select(name => verbs.Single(verb => verb.Name == name)))
                Append(page, verb, verb.Name);
        }
        page.Append(".SH OPTIONS OF ALL COMMANDS\n");
        foreach (var option in root.Options)
            Append(page, option);
        page.Append(".SH EXIT STATUS\n");
        foreach (Match code in ExitCode.Matches(Repository.Read("docs/commands.md")))
            page.Append(".TP\n.B ").Append(code.Groups["code"].Value).Append('\n').Append(Text(code.Groups["meaning"].Value)).Append('\n');
        page.Append(".SH EXAMPLES\n.nf\n");
        foreach (var verb in verbs.Where(verb => !verb.Hidden))
            page.Append("chat\\-mcp\\-server ").Append(Text(verb.Examples[0])).Append('\n');
        return page.Append(".fi\n").ToString();
    }

    private static void Append(StringBuilder page, Command verb, string called)
    {
        var arguments = string.Concat(verb.Arguments.Select(argument => $" \\fI{Text(argument.Name)}\\fR"));
        if (verb.Subcommands.Count == 0)
        {
            page.Append(".SS ").Append(Text(called)).Append(arguments).Append('\n').Append(Text(verb.Description!)).Append('\n');
            foreach (var argument in verb.Arguments.Where(argument => argument.Description is not null))
                page.Append(".TP\n.I ").Append(Text(argument.Name)).Append('\n').Append(Text(argument.Description!)).Append('\n');
            // An option of the command above is one of this, too.
            foreach (var option in verb.Options.Concat(verb.Parents.OfType<Verb>().SelectMany(above => above.Options)))
                Append(page, option);
        }
        foreach (var below in verb.Subcommands)
            Append(page, below, $"{called} {below.Name}");
    }

    private static void Append(StringBuilder page, Option option)
    {
        if (option.Hidden)
            return;
        var names = option.Aliases.Where(alias => alias.StartsWith('-')).Append(option.Name).Distinct();
        page.Append(".TP\n.BR ").AppendJoin(" \", \" ", names.Select(Text));
        if (option.HelpName is { } value)
            page.Append(" \" \\fI").Append(Text(value)).Append("\\fR\"");
        page.Append('\n').Append(Text(option.Description ?? "")).Append('\n');
    }

    /// <summary>A text as the macros take it: a dash that can be copied, no line that looks like a macro.</summary>
    private static string Text(string text)
    {
        text = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return text.StartsWith('.') || text.StartsWith('\'') ? $"\\&{text}" : text;
    }

    /// <summary>As in <c>| 0 | success |</c>.</summary>
    [GeneratedRegex(@"^\| (?<code>\d+) \| (?<meaning>.+) \|$", RegexOptions.Multiline)]
    private static partial Regex ExitCode { get; }
}
