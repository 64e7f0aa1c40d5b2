using ChatSessions.Archive;
using ChatSessions.Importing;
using ChatSessions.Sources.Files;
using ChatSessions.Tests.Sources.Files;

namespace ChatSessions.Tests.Importing;

/// <summary>A folder with files to import, and an archive to import them into.</summary>
public abstract class OnArchiveImport : TempFolder, IProgress<ImportProgress>
{
    protected const string Claude = """{"type":"user","sessionId":"claude","timestamp":"2026-01-01T00:00:00Z","message":{"content":"Q"}}""";
    protected const string Codex = """
        {"timestamp":"2026-01-01T00:00:00Z","type":"session_meta","payload":{"id":"codex"}}
        {"timestamp":"2026-01-01T00:00:00Z","type":"event_msg","payload":{"type":"user_message","message":"Q"}}
        """;
    protected const string OpenAi = """{"session_id":"openai","messages":[{"role":"user","content":"Q"}]}""";
    protected const string MicrosoftAi = """
        {"conversationId":"microsoft-ai","messages":[{"role":"user","contents":[{"$type":"text","text":"Q"}]}]}
        """;

    protected static readonly DateTime Start = new(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    protected List<FileProblem> Broken { get; } = [];

    protected List<ImportProgress> Told { get; } = [];

    private CancellationTokenSource stop = new();
    private int filesWritten;

    protected string Database => PathOf("archive.db");

    protected string Files => PathOf("files");

    protected ImportFormats Formats { get; set; } = ImportFormats.Known;

    protected List<PipedFile> Piped { get; } = [];

    protected List<Agent> Agents { get; } = [];

    /// <summary>Stops the import after this many sessions.</summary>
    protected int StopAfter { get; set; } = int.MaxValue;

    void IProgress<ImportProgress>.Report(ImportProgress value)
    {
        Told.Add(value);
        if (value.Sessions >= StopAfter)
            stop.Cancel();
    }

    /// <summary>Writes a file into the imported folder, each some seconds newer than the last.</summary>
    protected new string Write(string name, string text) => Dated(base.Write(Path.Combine("files", name), text));

    protected new string Write(string name, byte[] bytes) => Dated(base.Write(Path.Combine("files", name), bytes));

    protected string Dated(string path)
    {
        File.SetLastWriteTimeUtc(path, Start.AddSeconds(10 * filesWritten++));
        return path;
    }

    protected async Task<ImportProgress> ImportAsync(params string[] paths)
    {
        using var archive = SessionArchive.Open(Database);
        return await RunAsync(archive, ArchiveOwners.Local, paths.Length > 0 ? paths : [Files]);
    }

    protected async Task<ImportProgress> RunAsync(ISessionArchive archive, string owner, params string[] paths)
    {
        using (stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled))
        {
            var import = new ArchiveImport(archive, owner, Time, FileSource.DefaultMaxSessionBytes, Formats);
            return await import.RunAsync(paths, Agents, Piped, format: null, Broken.Add, this, stop.Token);
        }
    }

    protected async Task<ArchivedSession?> FindAsync(string id)
    {
        using var archive = SessionArchive.Open(Database);
        return await archive.FindAsync(ArchiveOwners.Local, id, Cancelled);
    }

    /// <summary>All bytes of the closed archive.</summary>
    protected Task<byte[]> ContentAsync() => File.ReadAllBytesAsync(Database, Cancelled);

    protected async Task<long> CountAsync(Func<ArchiveStatistics, long> what)
    {
        using var archive = SessionArchive.Open(Database);
        return what(await archive.CountAsync(ArchiveOwners.Local, Cancelled));
    }
}
