using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Sources.Samples;

namespace ChatMcpServer.Cli;

/// <summary>Checks everything an assistant needs to read sessions, and reports what to fix.</summary>
internal sealed class DoctorVerb : Verb
{
    /// <summary>Unreadable files beyond this are counted, not named.</summary>
    private const int ProblemsNamed = 5;

    private static readonly TimeSpan SourceTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(15);

    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public DoctorVerb(GlobalOptions options, Terminal terminal)
        : base("doctor", "Check the configuration, the sources and the server, and report what to fix.")
    {
        this.options = options;
        this.terminal = terminal;
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["doctor", "doctor --sessions ~/sessions"];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        var isWell = true;
        await foreach (var finding in FindingsAsync(flags, cancellationToken))
        {
            isWell &= finding.Word != Finding.Fail;
            terminal.Out.WriteLine(finding.Line(terminal.Paint));
            // The next check may take a while.
            terminal.Flush();
        }
        return isWell ? 0 : 1;
    }

    private async IAsyncEnumerable<Finding> FindingsAsync(ParseResult flags, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (configured, configuration) = Configuration(flags);
        yield return configuration;
        if (configured is null)
            yield break;
        yield return Key(configured, flags);
        if (configured.LlamaCloud?.Warning is { } warning)
            yield return new(Finding.Warn, "key", warning);
        // Before the archive is opened: closing any handle of its file releases SQLite's locks (POSIX).
        var canSave = configured.ArchivePath is { } file && (SessionArchive.IsServer(file) || CanSave(Path.GetFullPath(file)));
        await using (var sessions = new Sessions(configured, LogLevel.None))
        {
            var isSamplesOnly = await sessions.Catalog.IsSamplesOnlyAsync(Caller.Local, cancellationToken);
            foreach (
                var source in sessions.Catalog.Sources.Where(source =>
                    source is not ArchiveSource && (isSamplesOnly || source is not SampleSource)
                )
            )
            {
                yield return await ReachAsync(source, cancellationToken);
                var problems = ProblemsOf(source);
                foreach (var problem in problems.Take(ProblemsNamed))
                    yield return new(Finding.Warn, "files", problem);
                if (problems.Count > ProblemsNamed)
                    yield return new(Finding.Warn, "files", $"{problems.Count - ProblemsNamed} more problems like this.");
            }
            if (configured.ArchivePath is { } path)
                yield return await ArchiveAsync(path, canSave, sessions, options.Command(flags, "import", "PATH"), cancellationToken);
            if (
                await new SecretFindings(sessions.Catalog, TimeProvider.System).FindAsync(
                    configured.Secrets is not null,
                    cancellationToken
                ) is
                { } secrets
            )
                yield return secrets;
        }
        var hosts = new HostFindings(options.HostPlaces);
        foreach (var finding in new AgentFindings(options, TimeProvider.System, hosts.FollowedAgents()).Of(flags, cancellationToken))
            yield return finding;
        foreach (var finding in await hosts.FindAsync(cancellationToken))
            yield return finding;
        yield return await HandshakeAsync(flags, cancellationToken);
    }

    private (ChatSessionsOptions? Options, Finding Finding) Configuration(ParseResult flags)
    {
        try
        {
            var read = options.Read(flags);
            read.Validate();
            options.ReadLogLevel(flags);
            options.Server.Agents(flags, read.ArchivePath);
            var archive =
                read.ArchivePath is { } place && SessionArchive.IsServer(place) ? SessionArchive.Show(place)
                : File.Exists(read.ArchivePath) ? Path.GetFullPath(read.ArchivePath)
                : null;
            var places = read
                .SessionPaths.Select(Path.GetFullPath)
                .Append(read.LlamaCloud?.BaseUrl.OriginalString)
                .Append(archive)
                .OfType<string>()
                .ToList();
            return (
                read,
                places.Count == 0
                    ? new(Finding.Warn, "configuration", $"No sources configured. {SampleSource.Notice}")
                    : new(Finding.Ok, "configuration", $"Reading sessions from {string.Join(", ", places)}.")
            );
        }
        catch (ChatSessionException exception)
        {
            return (null, new(Finding.Fail, "configuration", exception.Message));
        }
    }

    private Finding Key(ChatSessionsOptions configured, ParseResult flags)
    {
        if (configured.LlamaCloud is { } cloud)
            return new(Finding.Ok, "key", $"{options.LlamaCloud.KeyOrigin(flags)} has a key for {Region(cloud)}.");
        if (options.LlamaCloud.UnfilledKey(flags) is { } unfilled)
            return new(Finding.Warn, "key", unfilled);
        return options.LlamaCloud.VariableInNeedOfKey is { } variable
            ? new(Finding.Warn, "key", $"{variable} is set without a key. Set LLAMA_CLOUD_API_KEY, or unset {variable}.")
            : new(Finding.Ok, "key", "No key, so LlamaCloud is not used. Set LLAMA_CLOUD_API_KEY to use it.");
    }

    /// <param name="import">The command that makes the archive.</param>
    private static async Task<Finding> ArchiveAsync(
        string path,
        bool canSave,
        Sessions sessions,
        string import,
        CancellationToken cancellationToken
    )
    {
        const string name = "archive";
        var isServer = SessionArchive.IsServer(path);
        if (!isServer && !File.Exists(path))
            return canSave
                ? new(Finding.Ok, name, $"{path} does not exist yet. `{import}` creates it.")
                : new(Finding.Fail, name, $"Cannot create {path}, so nothing is saved. Make its folder writable, or pass --archive PATH.");
        try
        {
            var count = 0L;
            foreach (var owner in sessions.Owners)
                count += (await sessions.Archive!.CountAsync(owner, cancellationToken)).Sessions;
            var found = string.Create(
                CultureInfo.InvariantCulture,
                $"{SessionArchive.Show(path)}: {count:N0} {(count == 1 ? "session" : "sessions")}."
            );
            if (await sessions.Archive!.FindWarningAsync(cancellationToken) is { } warning)
                return new(Finding.Warn, name, $"{found} {warning}");
            return canSave
                ? new(Finding.Ok, name, found)
                : new(Finding.Warn, name, $"{found} It is read-only, so nothing new is saved. Make the file and its folder writable.");
        }
        catch (ChatSessionException exception)
        {
            return new(Finding.Fail, name, exception.Message);
        }
    }

    /// <summary>Whether the archive file and its folder are writable. For a missing folder, its nearest existing parent is tried.</summary>
    private static bool CanSave(string archive)
    {
        try
        {
            var folder = Path.GetDirectoryName(archive);
            while (folder is not null && !Directory.Exists(folder))
                folder = Path.GetDirectoryName(folder);
            if (folder is null)
                return false;
            var trial = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
            };
            new FileStream(Path.Combine(folder, $".{Guid.NewGuid():N}.tmp"), trial).Dispose();
            if (File.Exists(archive))
                File.OpenHandle(archive, FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IReadOnlyList<string> ProblemsOf(ISessionSource source) => (source as IPartlyReadable)?.Problems ?? [];

    private static string Region(LlamaCloudOptions cloud) =>
        cloud.BaseUrl.Host == LlamaCloudOptions.DefaultBaseUrl.Host ? "LlamaCloud's North American region"
        : cloud.BaseUrl.Host == LlamaCloudOptions.EuropeanBaseUrl.Host ? "LlamaCloud's European region"
        : $"your own installation at {cloud.BaseUrl.Authority}";

    private static async Task<Finding> ReachAsync(ISessionSource source, CancellationToken cancellationToken)
    {
        var name = source switch
        {
            LlamaCloudSource or CloudWithArchive => "api",
            SampleSource => "samples",
            _ => "files",
        };
        var started = Stopwatch.GetTimestamp();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(SourceTimeout);
        var count = 0;
        try
        {
            await foreach (var page in source.ListAsync(Caller.Local, SessionFilter.All, after: null, bound.Token))
                count += page.Count;
            var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var found = string.Create(
                CultureInfo.InvariantCulture,
                $"{source.Name}: {count:N0} {(count == 1 ? "session" : "sessions")}, listed in {took:N0} ms."
            );
            return count > 0 ? new(Finding.Ok, name, found)
                : ProblemsOf(source).Count > 0 ? new(Finding.Fail, name, $"{found} None could be read.")
                : new(Finding.Warn, name, $"{found} Check that this is the right place.");
        }
        catch (ChatSessionException exception)
        {
            return new(Finding.Fail, name, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = SourceTimeout.TotalSeconds;
            return count > 0
                ? new(Finding.Ok, name, $"{source.Name}: more than {count} sessions; the list was not complete after {seconds} s.")
                : new(
                    Finding.Fail,
                    name,
                    $"{source.Name} did not answer within {seconds} s. Check the network, the proxy and LLAMA_CLOUD_BASE_URL."
                );
        }
    }

    /// <summary>Passes its own options on: doctor has only the global options, which serve takes too.</summary>
    private static async Task<Finding> HandshakeAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        var own = flags.Tokens.Where(token => token.Type != TokenType.Command).Select(token => token.Value);
        try
        {
            var server = await Handshake.RunAsync([.. Handshake.OwnCommand, "serve", .. own], HandshakeTimeout, cancellationToken);
            var found = string.Create(
                CultureInfo.InvariantCulture,
                $"{server.Server} speaks MCP {server.ProtocolVersion} and has {server.Tools} tools; it started and answered in {server.Took.TotalMilliseconds:N0} ms."
            );
            return new(server.Tools > 0 ? Finding.Ok : Finding.Fail, "handshake", found);
        }
        catch (ChatSessionException exception)
        {
            return new(Finding.Fail, "handshake", exception.Message);
        }
    }
}
