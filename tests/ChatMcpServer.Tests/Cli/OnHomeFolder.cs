using ChatMcpServer.Cli;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>A home folder with the folders of assistants, and the program run in it.</summary>
public abstract class OnHomeFolder : IDisposable
{
    private protected TempFolder Home { get; } = new();

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Home.Dispose();
    }

    protected void On(params string[] folders)
    {
        foreach (var one in folders)
            Directory.CreateDirectory(Path.Combine(Home.Path, one));
    }

    protected string Read(string file) => File.ReadAllText(Path.Combine(Home.Path, file));

    protected List<string> Files() =>
        [.. Directory.EnumerateFiles(Home.Path, "*", SearchOption.AllDirectories).Where(file => !file.Contains(".dotnet")).Order()];

    private protected Task<CliRun> RunAsync(params string[] arguments) =>
        CliProcess.RunWithAsync(new() { ["HOME"] = Home.Path, ["PATH"] = "/usr/bin:/bin" }, arguments);

    /// <summary>Runs with a terminal at which somebody types these answers.</summary>
    protected async Task<(int ExitCode, string Output)> AnswerAsync(string[] arguments, params string?[] answers)
    {
        using var output = new StringWriter();
        var typed = new Queue<string?>(answers);
        var terminal = new Terminal(output, output, width: 80, isColored: false, readLine: () => typed.Dequeue());
        var options = new GlobalOptions(name =>
            name == "HOME" ? Home.Path
            : name == "CHAT_MCP_ARCHIVE" ? "none"
            : null
        );
        var exitCode = await CommandLine.RunAsync(arguments, terminal, options, Verbs.All(options, terminal));
        Assert.Empty(typed);
        return (exitCode, output.ToString().ReplaceLineEndings("\n"));
    }
}
