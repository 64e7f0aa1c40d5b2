using System.CommandLine;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>The options of <c>list</c> and <c>search</c> for what the recording programs say of their sessions.</summary>
internal sealed class RecordingFlags
{
    private readonly Option<string> agent = Flags.Text("--agent", "NAME", "Only sessions of this program: claude-code, codex, llamacloud…");
    private readonly Option<string> project = Flags.Text(
        "--project",
        "FOLDER",
        "Only sessions in this folder, or one whose path ends like this: web/api; . is the current one"
    );
    private readonly Option<string> branch = Flags.Text("--branch", "NAME", "Only sessions on this Git branch");
    private readonly Option<bool> subagents = new("--include-subagents")
    {
        Description = "Also sessions that another session started, as a subagent's",
    };

    public IReadOnlyList<Option> All => [agent, project, branch, subagents];

    public RecordingFilter Read(ParseResult flags) =>
        new(flags.GetValue(agent), ReadProject(flags.GetValue(project)), flags.GetValue(branch), flags.GetValue(subagents));

    /// <summary>A path that begins with a dot starts at the current folder. Another that is not complete may be the end of a folder's path.</summary>
    private static string? ReadProject(string? given) =>
        given is not null && (Path.IsPathFullyQualified(given) || given.Split('/', '\\')[0] is "." or "..")
            ? Path.GetFullPath(given)
            : given;
}
