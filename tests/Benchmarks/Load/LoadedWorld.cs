using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ChatSessions.Tests.Sources.LlamaCloud;

namespace Benchmarks.Load;

/// <summary>
/// Everything that the servers read: a LlamaCloud that fails at times, a folder of files that grow, are replaced and deleted, an archive, and
/// the transcripts of an agent, which grow.
/// </summary>
internal sealed class LoadedWorld : IAsyncDisposable
{
    private const int SessionsAtCloud = 20;
    private const int SteadyFiles = 20;
    private const int ChangedFiles = 4;
    private const int Transcripts = 3;

    /// <summary>So many that what is added in an hour is little next to it: what grows otherwise is the servers' own.</summary>
    private const int LinesOfTranscripts = 1_500;

    /// <summary>A file of sessions begins again after so many lines.</summary>
    private const int MostLines = 60;

    private static readonly string[] Folders = ["sessions", "imported", "home/.claude/projects/-home-me-project"];

    private readonly FakeLlamaCloud cloud;
    private readonly ConcurrentDictionary<string, int> lines = [];
    private int imported;

    private LoadedWorld(FakeLlamaCloud cloud, int seed)
    {
        this.cloud = cloud;
        var random = new Random(seed);
        cloud.KeepsRequests = false;
        foreach (var folder in Folders)
            Directory.CreateDirectory(Path.Combine(Folder, folder));
        for (var number = 0; number < SessionsAtCloud; number++)
            cloud.Add(Session($"cloud-{number}", 30 + number * number * 5));
        for (var number = 0; number < SteadyFiles; number++)
            File.WriteAllBytes(FileOf($"steady-{number}.json"), Session($"steady-{number}", 30 + number * number * 4));
        for (var number = 0; number < ChangedFiles; number++)
        {
            File.WriteAllBytes(FileOf($"rewritten-{number}.json"), Session($"rewritten-{number}", 100));
            File.WriteAllBytes(FileOf($"replaced-{number}.json"), Session($"replaced-{number}", 100));
            File.WriteAllText(FileOf($"lines-{number}.jsonl"), FirstLine(number));
        }
        for (var number = 0; number < Transcripts; number++)
        for (var line = 0; line < LinesOfTranscripts; line++)
            Write(random, number);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("chat-load-").FullName;

    /// <summary>The size of the archive, with its write-ahead log.</summary>
    public long ArchiveBytes => Directory.GetFiles(Folder, "archive.db*").Sum(file => new FileInfo(file).Length);

    /// <summary>Sessions that can be read at any time. Those of LlamaCloud must be read once before it fails.</summary>
    public IReadOnlyList<string> Known { get; } =
    [
        .. Enumerable.Range(0, SessionsAtCloud).Select(number => $"cloud-{number}"),
        .. Enumerable.Range(0, SteadyFiles).Select(number => $"steady-{number}"),
        .. Enumerable
            .Range(0, ChangedFiles)
            .SelectMany(number => (string[])[$"rewritten-{number}", $"replaced-{number}", $"lines-{number}"]),
        .. Enumerable.Range(0, Transcripts).Select(TranscriptId),
    ];

    /// <summary>Sessions that are there at times.</summary>
    public IReadOnlyList<string> Passing { get; } =
    [.. Enumerable.Range(0, ChangedFiles).SelectMany(number => (string[])[$"gone-{number}", $"lines-{number}-7"]), "never-there"];

    public static async Task<LoadedWorld> StartAsync(int seed) => new(await FakeLlamaCloud.StartAsync(), seed);

    /// <summary>The server, with all of this.</summary>
    public Command Server(string server, params string[] arguments)
    {
        var command = AgentImports.CommandOf(server, Folder, [.. arguments, "--sessions", Path.Combine(Folder, "sessions")]);
        command.Environment["HOME"] = Path.Combine(Folder, "home");
        return command with { Environment = new(command.Environment.Concat(command.With(cloud.BaseUrl).Environment)) };
    }

    /// <summary>An import of a few new sessions.</summary>
    public Command Import(string server)
    {
        var path = Path.Combine(Folder, "imported", $"{imported}.jsonl");
        File.WriteAllLines(path, Enumerable.Range(0, 3).Select(_ => Encoding.UTF8.GetString(Session($"imported-{imported++}", 40))));
        var command = AgentImports.CommandOf(server, Folder, "import", path);
        command.Environment["HOME"] = Path.Combine(Folder, "home");
        return command;
    }

    /// <summary>Changes one thing.</summary>
    public async Task ChangeAsync(Random random)
    {
        var number = random.Next(ChangedFiles);
        switch (random.Next(7))
        {
            case 0:
                var session = Session($"rewritten-{number}", random.Next(50, 150));
                await using (
                    var file = new FileStream(FileOf($"rewritten-{number}.json"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite)
                )
                {
                    // Readers see half of it.
                    await file.WriteAsync(session.AsMemory(0, session.Length / 2));
                    await file.FlushAsync();
                    await Task.Delay(random.Next(300));
                    await file.WriteAsync(session.AsMemory(session.Length / 2));
                }
                break;
            case 1:
                var part = FileOf($"replaced-{number}.part");
                await File.WriteAllBytesAsync(part, Session($"replaced-{number}", random.Next(50, 150)));
                File.Move(part, FileOf($"replaced-{number}.json"), overwrite: true);
                break;
            case 2:
                await AddLineAsync(random, number);
                break;
            case 3:
                var gone = FileOf($"gone-{number}.json");
                if (File.Exists(gone))
                    File.Delete(gone);
                else
                    await File.WriteAllBytesAsync(gone, Session($"gone-{number}", 60));
                break;
            case 4 when random.Next(8) == 0:
                Write(random, random.Next(Transcripts));
                break;
            default:
                var at = random.Next(SessionsAtCloud);
                cloud.Add(Session($"cloud-{at}", 30 + at * at * 5 + random.Next(5)));
                break;
        }
    }

    /// <summary>Makes LlamaCloud fail for a while, or lets the next requests fail.</summary>
    public async Task FailAsync(Random random, CancellationToken cancellationToken)
    {
        if (random.Next(8) > 0)
        {
            for (var count = random.Next(4); count > 0; count--)
                cloud.Next(Fault(random));
            return;
        }
        cloud.Always = Fault(random);
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(random.Next(2, 9)), cancellationToken);
        }
        finally
        {
            cloud.Always = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await cloud.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static string TranscriptId(int number) => $"00000000-0000-4000-8000-00000000000{number}";

    private static Fault Fault(Random random) =>
        random.Next(12) switch
        {
            0 => Faults.Status(429, "Retry-After: 1"),
            1 => Faults.Status(429, "Retry-After: 30"),
            2 => Faults.Status(500),
            3 => Faults.Html(502),
            4 => Faults.Status(503),
            5 => Faults.Cut,
            6 => Faults.CutInBody(announced: 100_000),
            7 => Faults.CutInBody(announced: null),
            8 => Faults.Drip(),
            9 => Faults.Silence(),
            10 => Faults.Garbled("gzip"),
            _ => Faults.Status(401),
        };

    private async Task AddLineAsync(Random random, int number)
    {
        var (path, name) = (FileOf($"lines-{number}.jsonl"), $"lines-{number}");
        var line = lines.AddOrUpdate(name, 1, (_, last) => last + 1);
        if (line > MostLines)
        {
            lines[name] = 0;
            await File.WriteAllTextAsync(path + ".part", FirstLine(number));
            File.Move(path + ".part", path, overwrite: true);
            return;
        }
        var session = Session($"{name}-{line}", 40);
        await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        await file.WriteAsync(session.AsMemory(0, session.Length / 3));
        await file.FlushAsync();
        await Task.Delay(random.Next(200));
        await file.WriteAsync(session.AsMemory(session.Length / 3));
        file.WriteByte((byte)'\n');
    }

    private static string FirstLine(int number) => Encoding.UTF8.GetString(Session($"lines-{number}", 40)) + "\n";

    private void Write(Random random, int transcript)
    {
        var id = TranscriptId(transcript);
        var line = lines.AddOrUpdate(id, 0, (_, last) => last + 1);
        File.AppendAllText(Path.Combine(Folder, Folders[2], $"{id}.jsonl"), AgentImports.Line(id, random, line) + "\n");
    }

    private string FileOf(string name) => Path.Combine(Folder, Folders[0], name);

    /// <summary>A session that was updated now.</summary>
    private static byte[] Session(string id, int events) =>
        Encoding.UTF8.GetBytes(
            Encoding
                .UTF8.GetString(MadeSession.Json(id, events))
                .Replace(
                    "2026-04-22T12:34:41.342245",
                    TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture),
                    StringComparison.Ordinal
                )
        );
}
