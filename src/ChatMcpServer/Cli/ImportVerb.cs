using System.CommandLine;
using System.Globalization;
using ChatMcpServer.Hosting;
using ChatMcpServer.Hosting.Access;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources.Files;

namespace ChatMcpServer.Cli;

/// <summary>Imports sessions in files, in the formats of other programs too, into the archive.</summary>
internal sealed class ImportVerb : Verb, IProgress<ImportProgress>
{
    /// <summary>Files that are no chat sessions beyond this are counted, not named.</summary>
    private const int FilesNamed = 3;

    private readonly Argument<string[]> paths = new("path")
    {
        Description = "Files (.json, .jsonl, also .gz), or folders with such files at any depth; - is standard input",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<bool> ofAgents = new("--agents")
    {
        Description = "Import the sessions of all agents on this machine, such as Claude Code and Codex, from where they keep them",
    };
    private readonly Option<bool> follow = new("--follow") { Description = "Go on with files that are new or have changed, until Ctrl+C" };
    private readonly Option<string> base64 = new("--base64")
    {
        HelpName = "keep|zeros",
        Description =
            "How original records keep base64 data that no session shows, such as pictures: as zeros, which take no space, or all of it; "
            + "the archive remembers it for later imports, and begins with zeros",
    };
    private readonly Option<string> owner = Flags.Text(
        "--owner",
        "OWNER",
        "Whose the sessions are on a server with --auth: group:NAME, token:NAME or oidc:ISSUER#SUBJECT. Default: local, the user of this machine"
    );
    private readonly Option<string> format;
    private readonly GlobalOptions options;
    private readonly Terminal terminal;
    private readonly ImportFormats formats;
    private ImportProgress? reached;

    public ImportVerb(GlobalOptions options, Terminal terminal, ImportFormats formats)
        : base("import", "Import sessions of Claude Code, Codex and others into the archive; unchanged files are skipped.")
    {
        this.options = options;
        this.terminal = terminal;
        this.formats = formats;
        format = new("--format")
        {
            HelpName = "FORMAT",
            Description = $"Format of the files: {string.Join(", ", formats.Names)}; by default it is recognized",
        };
        Add(paths);
        Add(format);
        Add(ofAgents);
        Add(follow);
        base64.AcceptOnlyFromAmong("keep", "zeros");
        Add(base64);
        Add(owner);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["import --agents", "import --agents --follow", "import ~/.claude/projects", "import chats.jsonl --format openai"];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        var asked = flags.GetValue(format) is { } name ? formats.Parse(name) : null;
        var given = flags.GetValue(paths) ?? [];
        if (given.Length == 0 && !flags.GetValue(ofAgents))
            throw Invalid(
                "Nothing to import. Pass a path, for example `chat-mcp-server import ~/.claude/projects`, or --agents for all agents on this machine."
            );
        if (given.Any(string.IsNullOrWhiteSpace))
            throw Invalid("Empty path. Pass a file or folder to import, or - for standard input.");
        // In `serve` the same option takes names.
        var names = AgentPlaces.Names(formats).Append(AgentPlaces.Auto).ToHashSet();
        if (flags.GetValue(ofAgents) && given.Any(path => path.Split(',').All(names.Contains) && !Path.Exists(path)))
            throw Invalid(
                $"In import, {ofAgents.Name} takes no names, and imports the sessions of all agents. To import those of one, pass its folder instead."
            );
        var settings = new ChatSessionsOptions
        {
            ArchivePath = options.ArchivePath(flags),
            MaxSessionBytes = options.MaxSessionBytes(flags),
        };
        settings.Validate();
        if (settings.ArchivePath is not { } archivePath)
            throw Invalid("No archive to import into. Pass --archive PATH, or set CHAT_MCP_ARCHIVE to a file.");

        var piped = new List<PipedFile>();
        var files = new List<string>();
        foreach (var path in given)
            if (await PipedInput.FindAsync(path, settings.MaxSessionBytes, cancellationToken) is { } pipe)
                piped.Add(pipe);
            else
                files.Add(path);
        if (flags.GetValue(follow) && piped.Count > 0)
            throw Invalid("A pipe cannot be followed. Pass files or folders, or leave --follow out.");
        using var signals = new StopSignals(cancellationToken);
        var agents = flags.GetValue(ofAgents) ? FindAgents(cancellationToken) : [];
        using var archive = SessionArchive.Open(archivePath, options.Secrets(flags));
        if (flags.GetValue(base64) is { } kept)
            await archive.Maintenance.KeepEncodedDataAsync(kept == "keep", signals.Token);
        var import = new ArchiveImport(archive, Owner(flags), TimeProvider.System, settings.MaxSessionBytes, formats);
        try
        {
            if (flags.GetValue(follow))
                return await FollowAsync(import, files, flags, asked, archivePath, signals.Token);
            reached = await import.RunAsync(files, agents, piped, asked, problem => terminal.Fail(problem.Sentence), this, signals.Token);
        }
        catch (ChatSessionException exception) when (reached is { Sessions: > 0 })
        {
            Summarize(reached, archivePath, flags);
            terminal.Remark($"{exception.Message} Imported sessions are saved; run the same command to continue.");
            return CommandLine.Failed;
        }
        Summarize(reached, archivePath, flags);
        if (reached.IsStopped)
            terminal.Remark("Stopped. Imported sessions are saved; run the same command to continue.");
        return reached.IsStopped ? CommandLine.Interrupted
            : reached.Broken > 0 || !reached.Unread.IsEmpty ? CommandLine.Failed
            : 0;
    }

    /// <summary>Imports what is there, and then what changes, until the signal to stop.</summary>
    private async Task<int> FollowAsync(
        ArchiveImport import,
        IReadOnlyList<string> files,
        ParseResult flags,
        ImportFormat? asked,
        string archivePath,
        CancellationToken stop
    )
    {
        var isOfAgents = flags.GetValue(ofAgents);
        // A server that imports the agents' sessions waits; if one does it already, both do.
        using var turn = isOfAgents ? FollowLock.TryTake(archivePath) : null;
        var names = AgentPlaces.Names(formats).ToHashSet();
        var isFollowing = false;
        using var following = new ImportFollowing(
            import,
            files,
            () => isOfAgents ? options.Places.Find(names, formats) : [],
            asked,
            TimeProvider.System
        )
        {
            Broken = problem => terminal.Fail(problem.Sentence),
            Failed = exception => terminal.Remark($"{exception.Message} It is tried again."),
            Saved = change =>
            {
                if (isFollowing)
                    Tell(change);
            },
        };
        await following.ImportAsync(this, stop);
        var isComplete = !following.Done.IsStopped;
        if (isComplete)
        {
            Summarize(following.Done, archivePath, flags);
            terminal.Remark("Following. Press Ctrl+C to stop.");
            isFollowing = true;
            await following.FollowAsync(this, stop);
        }
        Summarize(following.Done, archivePath, flags);
        if (!isComplete)
            terminal.Remark("Stopped. Imported sessions are saved; run the same command to continue.");
        return !isComplete ? CommandLine.Interrupted
            : following.Done.Broken > 0 ? CommandLine.Failed
            : 0;
    }

    private void Tell(ImportedChange change)
    {
        var summary = change.Session.Session.Summary;
        terminal.Out.WriteLine(
            $"{(change.Outcome == SaveOutcome.Added ? "Added" : "Updated")}: {OutgoingText.ShowLine(summary.GeneratedTitle ?? "no title", 80)} "
                + $"({change.Session.Origin}, {Numbers.Count(change.Session.Session.Events.Length, "event")}, {OutgoingText.ShowLine(summary.SessionId, 80)})"
        );
        terminal.Flush();
    }

    /// <summary>Finds the agents on this machine, and says what each has.</summary>
    private IReadOnlyList<Agent> FindAgents(CancellationToken cancellationToken)
    {
        var agents = options.Places.Find(AgentPlaces.Names(formats).ToHashSet(), formats);
        foreach (var agent in agents)
        {
            var folders = string.Join(", ", agent.Folders.Select(folder => OutgoingText.ShowName(folder.Path)).Distinct());
            terminal.Out.WriteLine(
                $"{agent.DisplayName}: {Numbers.Count(agent.FindFiles(cancellationToken).Count, "session file")} in {folders}"
            );
        }
        if (agents.Count == 0)
            terminal.Out.WriteLine($"No agents found. Looked for {string.Join(", ", AgentPlaces.DisplayNames(formats))}.");
        terminal.Flush();
        return agents;
    }

    void IProgress<ImportProgress>.Report(ImportProgress done)
    {
        reached = done;
        terminal.Progress?.Show(
            done.Bytes > 0 ? (double)done.BytesDone / done.Bytes : 0,
            Numbers.Count(done.Sessions, "session"),
            $"{Numbers.Count(done.FilesDone)} of {Numbers.Count(done.Files, "file")}",
            $"{Numbers.Size(done.BytesDone)} of {Numbers.Size(done.Bytes)}"
        );
    }

    private void Summarize(ImportProgress done, string archivePath, ParseResult flags)
    {
        foreach (var line in Summary(done, archivePath, options.IsDebugging(flags) ? int.MaxValue : FilesNamed))
            terminal.Out.WriteLine(line);
    }

    /// <param name="mostNamed">How many of the files that are no chat sessions are named.</param>
    private static IEnumerable<string> Summary(ImportProgress done, string archivePath, int mostNamed)
    {
        var path = OutgoingText.ShowName(SessionArchive.Show(archivePath));
        yield return (done.Added, done.Replaced) switch
        {
            (0, 0) when done.KeptBoth > 0 => $"{Numbers.Count(done.KeptBoth, "session")} with another state in {path}.",
            (0, 0) => $"Nothing new in {path}.",
            (var added, 0) => $"{Numbers.Count(added, "session")} added to {path}.",
            (0, var replaced) => $"{Numbers.Count(replaced, "session")} replaced in {path}.",
            var (added, replaced) => $"{Numbers.Count(added, "session")} added and {Numbers.Count(replaced)} replaced in {path}.",
        };
        if (done.FilesDone > 0)
            yield return $"{Numbers.Count(done.FilesDone, "file")} ({Numbers.Size(done.BytesDone)}) read in {Duration(done.Elapsed)}.";
        if (done.Unchanged > 0)
            yield return $"Already in the archive: {Numbers.Count(done.Unchanged, "session")}.";
        if (done.Older > 0)
            yield return $"Skipped, because the archive has a newer state: {Numbers.Count(done.Older, "session")}.";
        if (done.KeptBoth > 0)
            yield return $"Kept in two states, since each has something that the other has not: {Numbers.Count(done.KeptBoth, "session")}.";
        if (done.Deleted > 0)
            yield return $"Skipped, deleted from the archive before: {Numbers.Count(done.Deleted, "session")}.";
        if (done.FilesAsBefore > 0)
            yield return $"Skipped, unchanged since the last import: {Numbers.Count(done.FilesAsBefore, "file")}.";
        if (done.OfAnotherKind is { Count: > 0 and var skipped } others)
            yield return $"Skipped, not chat sessions: {Numbers.Count(skipped, "file")}: {string.Join(", ", others.Take(mostNamed).Select(OutgoingText.ShowName))}"
                + (skipped > mostNamed ? $" and {Numbers.Count(skipped - mostNamed)} more; --log-level debug names all." : ".");
        if (!done.Unread.IsEmpty)
            yield return $"Not read, sessions of programs that are not supported: {string.Join(", ", done.Unread.Select(one => $"{Numbers.Count(one.Value)} of {one.Key}"))}.";
        if (done.Broken > 0)
            yield return $"Not read, or only in part: {Numbers.Count(done.Broken, "file")}.";
        if (done is { Files: 0, FilesAsBefore: 0, Broken: 0, IsStopped: false })
            yield return "No .json or .jsonl files found.";
    }

    private static string Duration(TimeSpan time) =>
        time.TotalSeconds < 60
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s");

    private string Owner(ParseResult flags)
    {
        if (flags.GetValue(owner) is not { } given || given == ArchiveOwners.Local)
            return ArchiveOwners.Local;
        var isKnown =
            (string[])[ArchiveOwners.Group, FileTokens.OwnerPrefix] is var named
            && Array.Find(named, begin => given.StartsWith(begin, StringComparison.Ordinal)) is { } prefix
                ? TokenFile.IsName(given[prefix.Length..])
                : given.StartsWith(OidcTokens.OwnerPrefix, StringComparison.Ordinal) && given.Contains('#');
        return isKnown
            ? given
            : throw Invalid($"Invalid {owner.Name} '{given}'. Use group:NAME, token:NAME, oidc:ISSUER#SUBJECT or {ArchiveOwners.Local}.");
    }

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);
}
