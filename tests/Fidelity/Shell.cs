using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace Fidelity;

/// <summary>A document within a command, <c>cat > file &lt;&lt;'EOF'</c>.</summary>
/// <param name="Line">The part of the command that the document is given to.</param>
/// <param name="Body">Its lines.</param>
internal sealed record HereDocument(string Line, string Body);

/// <summary>As much of a shell's grammar as the commands of agents need.</summary>
internal static partial class Shell
{
    private static readonly string[] CommandNames = ["command", "cmd", "script", "code"];

    /// <summary>The command that a call runs; null if it runs none. Of a list such as <c>["bash", "-lc", "…"]</c> it is the last item.</summary>
    public static string? Command(ToolCallEvent call) =>
        CommandNames
            .Select(name => call.Arguments.Property(name))
            .Select(value => value.Items() is [.., var last] ? last : value)
            .Select(value => value.AsString())
            .FirstOrDefault(text => text is not null);

    /// <summary>The program whose exit code is that of the command.</summary>
    public static string? LastProgram(string command) =>
        Parts(WithoutDocuments(command)).LastOrDefault() is { } part && ProgramPattern().Match(part) is { Success: true } program
            ? program.Groups["name"].Value
            : null;

    public static IEnumerable<HereDocument> Documents(string command) =>
        from Match document in DocumentPattern().Matches(command)
        let line = document.Groups["head"].Value + document.Groups["tail"].Value
        select new HereDocument(Parts(line).LastOrDefault(part => part.Length > 0) ?? "", document.Groups["body"].Value);

    /// <summary>The command without what is given to its programs as documents.</summary>
    public static string WithoutDocuments(string command) => DocumentPattern().Replace(command, "${head}${tail}");

    /// <summary>The simple commands: what stands between <c>;</c>, <c>|</c>, <c>&amp;&amp;</c> and ends of lines outside of quotes.</summary>
    public static List<string> Parts(string command)
    {
        var parts = new List<string>();
        var (start, quote) = (0, '\0');
        for (var at = 0; at < command.Length; at++)
        {
            var letter = command[at];
            if (letter == '\\' && quote != '\'')
                at++;
            else if (quote != '\0')
                quote = letter == quote ? '\0' : quote;
            else if (letter is '"' or '\'')
                quote = letter;
            else if (letter is ';' or '|' or '\n' || (letter == '&' && at + 1 < command.Length && command[at + 1] == '&'))
            {
                parts.Add(command[start..at].Trim());
                start = at + 1;
            }
        }
        parts.Add(command[start..].Trim());
        return parts.ConvertAll(part => part.TrimStart('&', ' ')).FindAll(part => part.Length > 0);
    }

    /// <summary>The words of a simple command, without their quotes.</summary>
    public static IEnumerable<string> Words(string part) =>
        from Match word in WordPattern().Matches(part)
        let text = word.Value
        select text switch
        {
            ['\'', .. var inner, '\''] => inner,
            ['"', .. var inner, '"'] => EscapePattern().Replace(inner, "$1"),
            _ => text,
        };

    [GeneratedRegex(@"^([A-Za-z_]\w*=\S*\s+)*(\S*/)?(?<name>[^\s/]+)")]
    private static partial Regex ProgramPattern();

    [GeneratedRegex(
        @"(?<head>[^\n]*?)<<-?[ \t]*(['""]?)(?<tag>\w+)\1(?<tail>[^\n]*)\n(?<body>.*?)(?<=\n)[ \t]*\k<tag>[ \t]*(?=\n|$)",
        RegexOptions.Singleline
    )]
    private static partial Regex DocumentPattern();

    [GeneratedRegex(@"'[^']*'|""(?:\\.|[^""\\])*""|(?:\\.|[^\s'""\\])+", RegexOptions.Singleline)]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"\\([""\\$`])")]
    private static partial Regex EscapePattern();
}
