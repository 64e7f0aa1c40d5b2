using System.CommandLine;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatMcpServer.Cli;

internal sealed class ArchiveDeleteVerb : Verb
{
    private const int LongestTitle = 200;

    private readonly Argument<string> session = new("session") { Description = "The id of a session" };
    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public ArchiveDeleteVerb(GlobalOptions options, Terminal terminal)
        : base("delete", "Delete a session from the archive, without asking; its source keeps it.")
    {
        this.options = options;
        this.terminal = terminal;
        Add(session);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["archive delete ses-abc123"];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        var asked = flags.GetRequiredValue(session);
        using var configured = new ConfiguredArchive(options, flags);
        await configured.MustExistAsync(cancellationToken);
        var door = options.Door(flags);
        var isFound = false;
        foreach (var (owner, id) in configured.Owners.SelectMany(owner => Quoted.Readings(asked).Select(id => (owner, id))))
        {
            var title = await TitleAsync(configured.Archive, owner, id, cancellationToken);
            if (!await configured.Archive.DeleteAsync(owner, id, cancellationToken))
                continue;
            isFound = true;
            var origin = owner == ArchiveOwners.Local ? "imported" : "a copy from LlamaCloud";
            var called = OutgoingText.ShowLine(title is null ? null : door.Replace(title, "generated_title"), LongestTitle) is { } shown
                ? $": {shown}"
                : "";
            terminal.Out.WriteLine($"Deleted from {configured.Name}: session '{OutgoingText.ShowName(id)}', {origin}{called}");
        }
        if (!isFound)
            throw new ChatSessionException(
                ChatSessionError.NotFound,
                $"No session '{OutgoingText.ShowName(asked)}' in the archive {configured.Name}. `chat-mcp-server list` shows the ids."
            );
        terminal.Remark(
            "Its source still has it, so it can be imported or read again. `chat-mcp-server archive compact` removes its last traces."
        );
        return 0;
    }

    /// <summary>The title; null if the session has none or its row is damaged. A damaged session must still be deletable.</summary>
    private static async Task<string?> TitleAsync(ISessionArchive archive, string owner, string id, CancellationToken cancellationToken)
    {
        try
        {
            return (await archive.FindSummaryAsync(owner, id, cancellationToken))?.GeneratedTitle;
        }
        catch (ChatSessionException exception) when (exception.Error == ChatSessionError.InvalidSession)
        {
            return null;
        }
    }
}
