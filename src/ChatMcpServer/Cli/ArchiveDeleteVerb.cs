using System.CommandLine;
using System.Globalization;
using ChatMcpServer.Hosting;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatMcpServer.Cli;

internal sealed class ArchiveDeleteVerb : Verb
{
    private const int LongestTitle = 200;

    private readonly Argument<string?> session = new("session") { Description = "The id of a session", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> olderThan = Flags.Text(
        "--older-than",
        "DAYS",
        "Delete all sessions that were last updated so long ago, such as 90d: by the date that lists show, or else by when a session was read last"
    );
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Only show what would be deleted" };
    private readonly Option<string> owner = Flags.Owner("local, the user of this machine, and the owner of what the configured key reads");
    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public ArchiveDeleteVerb(GlobalOptions options, Terminal terminal)
        : base("delete", "Delete a session, or all old ones, from the archive, without asking; their source keeps them.")
    {
        this.options = options;
        this.terminal = terminal;
        Add(session);
        Add(olderThan);
        Add(dryRun);
        Add(owner);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        [
            "archive delete ses-abc123",
            "archive delete --older-than 90d --dry-run",
            "archive delete --older-than 90d --owner group:reviewers",
        ];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        var (asked, age) = (flags.GetValue(session), flags.GetValue(olderThan));
        if ((asked is null) == (age is null))
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                asked is null
                    ? $"Nothing to delete. Pass the id of a session, or {olderThan.Name} 90d for all that were last updated so long ago."
                    : $"A session and {olderThan.Name} do not go together. Leave one out."
            );
        var days = age is null ? TimeSpan.Zero : Days.Parse(olderThan.Name, age);
        using var configured = new ConfiguredArchive(options, flags);
        await configured.MustExistAsync(cancellationToken);
        var owners = await configured.OwnersAsync(flags, owner, cancellationToken);
        var isDry = flags.GetValue(dryRun);
        var isFound = asked is null
            ? await DeleteOlderAsync(configured, owners, TimeProvider.System.GetUtcNow() - days, isDry, cancellationToken)
            : await DeleteOneAsync(configured, owners, asked, options.Door(flags), isDry, cancellationToken);
        if (isFound && !isDry)
            terminal.Remark(
                "What its source still has comes back when it is updated or read there, or its file is named in an import. "
                    + $"`{options.Command(flags, "archive", "compact")}` returns the space."
            );
        return 0;
    }

    private async Task<bool> DeleteOneAsync(
        ConfiguredArchive configured,
        IReadOnlyList<string> owners,
        string asked,
        OutgoingDoor door,
        bool isDry,
        CancellationToken cancellationToken
    )
    {
        var isFound = false;
        foreach (var (of, id) in owners.SelectMany(of => Quoted.Readings(asked).Select(id => (of, id))))
        {
            var title = await TitleAsync(configured.Archive, of, id, cancellationToken);
            if (
                isDry
                    ? (await configured.Archive.FindKnownAsync(of, [id], cancellationToken)).Count == 0
                    : !await configured.Archive.DeleteAsync(of, id, cancellationToken)
            )
                continue;
            isFound = true;
            var called = OutgoingText.ShowLine(title is null ? null : door.Replace(title, "generated_title"), LongestTitle) is { } shown
                ? $": {shown}"
                : "";
            terminal.Out.WriteLine($"{Deleted(isDry)} {configured.Name}: session '{OutgoingText.ShowName(id)}', {Origin(of)}{called}");
        }
        return isFound
            ? true
            : throw new ChatSessionException(
                ChatSessionError.NotFound,
                $"No session '{OutgoingText.ShowName(asked)}' in the archive {configured.Name}."
            )
            {
                IsUnknownId = true,
            };
    }

    private async Task<bool> DeleteOlderAsync(
        ConfiguredArchive configured,
        IReadOnlyList<string> owners,
        DateTimeOffset before,
        bool isDry,
        CancellationToken cancellationToken
    )
    {
        var since = string.Create(CultureInfo.InvariantCulture, $"last updated before {before:yyyy-MM-dd HH:mm} UTC");
        var isFound = false;
        foreach (var of in owners)
        {
            var count = isDry
                ? (await configured.Archive.FindOlderAsync(of, before, int.MaxValue, cancellationToken)).Count
                : await configured.Archive.DeleteOlderAsync(of, before, cancellationToken);
            if (count == 0)
                continue;
            isFound = true;
            terminal.Out.WriteLine(
                $"{Deleted(isDry)} {configured.Name}: {Numbers.Count(count, "session")} of {OutgoingText.ShowName(of)}, {since}"
            );
        }
        if (!isFound)
            terminal.Out.WriteLine(
                $"Nothing in {configured.Name} was {since}, of {string.Join(", ", owners.Select(OutgoingText.ShowName))}."
            );
        return isFound;
    }

    private static string Deleted(bool isDry) => isDry ? "Would be deleted from" : "Deleted from";

    private static string Origin(string of) =>
        of == ArchiveOwners.Local ? "imported"
        : ArchiveOwners.IsOfLlamaCloud(of) ? "a copy from LlamaCloud"
        : $"of {OutgoingText.ShowName(of)}";

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
