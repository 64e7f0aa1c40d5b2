using System.Diagnostics;
using System.Globalization;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Sources;

namespace Benchmarks.Archive;

/// <summary>Processes of their own next to the benchmark: one that imports, and one that reads as a server does.</summary>
internal static class ArchiveChildren
{
    /// <summary>What the importing process says before it begins.</summary>
    public const string Ready = "ready";

    private const int PageSize = 50;
    private const int HitLimit = 10;

    public static Command Writer(string path, Range sessions, int batchBytes, IEnumerable<string> material) =>
        Command.Self(["archive-writer", path, Number(sessions.Start.Value), Number(sessions.End.Value), Number(batchBytes), .. material]);

    public static Command Reader(string path, string queries, int sessions) =>
        Command.Self("archive-reader", path, queries, Number(sessions));

    /// <summary>Imports sessions in their order, and says after each batch that was saved how far it has come.</summary>
    public static async Task WriteAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        var (from, to, batchBytes) = (int.Parse(arguments[1]), int.Parse(arguments[2]), int.Parse(arguments[3]));
        var made = new RemixedSessions(Material.Of([.. arguments.Skip(4)]));
        using var archive = SessionArchive.Open(arguments[0]);
        output.WriteLine(Ready);
        while (from < to)
        {
            var (batch, bytes) = (new List<ArchivedSession>(), 0);
            for (; from < to && bytes < batchBytes; from++)
            {
                batch.Add(MadeArchives.Archived(made.Json(from)));
                bytes += batch[^1].Session.Json.Utf8.Length;
            }
            await archive.SaveAllAsync(MadeArchives.Owner, batch, CancellationToken.None);
            output.WriteLine(Number(from));
        }
    }

    /// <summary>Searches, lists and gets until the input ends or all queries were asked, then says what came of it.</summary>
    public static async Task ReadAsync(IReadOnlyList<string> arguments, TextReader input, TextWriter output)
    {
        var (queries, sessions) = (await File.ReadAllLinesAsync(arguments[1]), int.Parse(arguments[2]));
        using var archive = SessionArchive.Open(arguments[0]);
        var (random, errors, times) = (new Random(Environment.ProcessId), 0, new List<double>());
        // The console's input knows no asynchronous reading: it would be awaited here.
        var end = Task.Run(input.ReadToEnd);
        SessionPlace? after = null;
        for (var call = 0; call < queries.Length && !end.IsCompleted; call++)
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                if (call % 4 == 2)
                {
                    var page = await archive.ListAsync(MadeArchives.Owner, SessionFilter.All, after, PageSize, CancellationToken.None);
                    after = page.Count > 0 ? SessionPlace.From(page[^1]) : null;
                }
                else if (call % 4 == 3)
                    _ =
                        await archive.FindAsync(MadeArchives.Owner, RemixedSessions.Id(random.Next(sessions)), CancellationToken.None)
                        ?? throw new InvalidDataException("A session is gone.");
                else
                    await archive.SearchAsync(
                        new OutgoingDoor(),
                        [MadeArchives.Owner],
                        SearchQuery.Parse(queries[random.Next(queries.Length)]),
                        SearchFilter.All,
                        HitLimit,
                        null,
                        CancellationToken.None
                    );
            }
            catch (Exception exception) when (exception is ChatSessions.Model.ChatSessionException or InvalidDataException)
            {
                errors++;
                await Console.Error.WriteLineAsync(exception.Message);
            }
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        var all = new Times(times);
        output.WriteLine(
            new ReaderReport(times.Count, errors, all.P95, all.Max, Machine.Resident(Environment.ProcessId, atPeak: true)).Line
        );
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What came of a reading process.</summary>
/// <param name="Peak">Its resident memory at its peak, in bytes.</param>
internal sealed record ReaderReport(int Calls, int Errors, double P95, double Slowest, long Peak)
{
    public string Line => string.Create(CultureInfo.InvariantCulture, $"{Calls} {Errors} {P95} {Slowest} {Peak}");

    public static ReaderReport Parse(string line) =>
        line.Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray()
            is [var calls, var errors, var p95, var slowest, var peak]
            ? new((int)calls, (int)errors, p95, slowest, (long)peak)
            : throw new InvalidDataException(line);
}
