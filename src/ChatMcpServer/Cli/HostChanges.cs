using ChatMcpServer.Installing;
using ChatSessions.Recorded;
using ChatSessions.Redaction;

namespace ChatMcpServer.Cli;

/// <summary>Shows what is planned for the files of hosts, asks, and does it.</summary>
internal sealed class HostChanges(Terminal terminal, TimeProvider time)
{
    private const int NotAsked = 2;

    /// <summary>Configurations have keys of other servers. They are hidden in what is shown, whatever the options say.</summary>
    private static readonly OutgoingDoor Door = new(SecretFinder.Standard);

    /// <summary>Whether a file was written.</summary>
    public bool HasWritten { get; private set; }

    /// <param name="isDry">Whether nothing is changed.</param>
    /// <param name="isAgreed">Whether nobody is asked.</param>
    /// <param name="isTogether">Whether one question is for all changes.</param>
    /// <param name="command">The words of a command that makes the changes without asking.</param>
    /// <returns>The exit code: 1 if one was refused or failed.</returns>
    public int Run(IReadOnlyList<HostPlan> plans, bool isDry, bool isAgreed, bool isTogether, IReadOnlyList<string> command)
    {
        var isWell = true;
        var changes = plans.Where(plan => plan.IsChange).ToList();
        var isAsking = !isDry && !isAgreed && changes.Count > 0;
        foreach (var plan in plans)
        {
            Show(plan);
            isWell &= plan.Outcome != HostOutcome.Refused;
            if (plan.IsChange && !isDry && (isAgreed || terminal.CanAsk && !isTogether && terminal.Ask("Write this?")))
                isWell &= Apply(plan);
        }
        if (isAsking && !terminal.CanAsk)
        {
            terminal.Remark($"Nothing was changed, because there is no terminal to ask. To change it: {Shell.Command(command)}");
            return NotAsked;
        }
        if (isAsking && isTogether && terminal.Ask($"Write {Numbers.Count(changes.Count, "file")}?"))
            foreach (var plan in changes)
                isWell &= Apply(plan);
        if (isDry && changes.Count > 0)
            terminal.Remark("Nothing was changed.");
        return isWell ? 0 : CommandLine.Failed;
    }

    private void Show(HostPlan plan)
    {
        var what = plan.Outcome switch
        {
            HostOutcome.Add => "add to ",
            HostOutcome.Change => "change ",
            HostOutcome.Remove when plan.After is null => "delete ",
            HostOutcome.Remove => "remove from ",
            _ => "",
        };
        Write($"{terminal.Paint(plan.Target.Label, Ink.Bold)}: {what}{OutgoingText.ShowName(plan.Sentence)}");
        if (plan.IsChange)
            foreach (var (sign, line) in TextDifference.Of(plan.File!.Text, plan.After ?? ""))
                Write(
                    terminal.Paint(
                        $"  {sign} {ShowLine(Door.Replace(line))}",
                        sign switch
                        {
                            '+' => Ink.Green,
                            '-' => Ink.Red,
                            _ => Ink.Dim,
                        }
                    )
                );
        foreach (var line in plan.Lines?.TrimEnd().Split('\n') ?? [])
            Write($"    {ShowLine(line)}");
    }

    /// <summary>A line of a file, unchanged. The skill explains the marks of cuts, and they must not be escaped there as in recorded text.</summary>
    private static string ShowLine(string line) => string.Join("[+", line.Split("[+").Select(OutgoingText.Show));

    private bool Apply(HostPlan plan)
    {
        try
        {
            Write($"{plan.Target.Label}: {OutgoingText.ShowName(plan.Target.Apply(plan, time))}");
            HasWritten = true;
            if (plan.Outcome != HostOutcome.Remove && plan.Target.Next is { } next)
                Write($"  {next}");
            return true;
        }
        catch (ConfigException exception)
        {
            terminal.Remark($"{plan.Target.Label}: {plan.Target.Path} {exception.Message}, so nothing was changed.");
            return false;
        }
    }

    private void Write(string line) => terminal.Out.WriteLine(line);
}
