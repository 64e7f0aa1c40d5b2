using System.Globalization;
using System.Text;
using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Condensing;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Redaction;

namespace Benchmarks;

/// <summary>
/// What hiding secrets adds to the first answer about a session, and to an import: each is done with and without it, in turns. The first
/// answer is from the session's bytes to both forms, in a process that is warm; with a server, also in a process of its own, from its start to its end. All is processor time, since
/// other programs may have the cores too.
/// </summary>
internal static class RedactionCost
{
    private const int LongSession = 5_000;
    private const int Rounds = 15;

    /// <summary>Such words that most events have one that may belong to a secret.</summary>
    private static readonly string[] KeywordWords =
        "the file test of a token returns value in line which api_key was not found when it runs with password=config path and client_secret on for each auth-token: naïve sk-test module".Split(
            ' '
        );

    /// <param name="arguments"><c>--server FILE</c>, <c>--part answer|open|import|cold</c>, and after <c>--sessions</c> files of sessions, or folders of them.</param>
    public static async Task RunAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        var (server, part, paths) = ((string?)null, (string?)null, new List<string>());
        for (var index = 0; index < arguments.Count; index++)
            if (arguments[index] == "--server")
                server = arguments[++index];
            else if (arguments[index] == "--part")
                part = arguments[++index];
            else if (Directory.Exists(arguments[index]))
                paths.AddRange(Directory.EnumerateFiles(arguments[index], "*.jsonl.gz").Order());
            else if (arguments[index] != "--sessions")
                paths.Add(arguments[index]);
        Machine.Describe(output);
        var sets = new List<(string Name, List<byte[]> Sessions)>
        {
            ("made, of keywords", [MadeSession.Json("ses-made", LongSession, outputLength: 720, words: KeywordWords)]),
            ("made, of prose", [MadeSession.Json("ses-made", LongSession, outputLength: 720)]),
        };
        foreach (var path in paths)
        {
            var sessions = SessionFiles.Read(path);
            sets.Add((Path.GetFileName(path), [.. sessions.Select(session => session.Json.Utf8.ToArray())]));
            sets.Add(($"  joined to one of {LongSession:N0}", [Joined(sessions)]));
        }
        if (part is null or "answer")
        {
            Head("first answer, warm process", "off ms", "on ms", output);
            foreach (var (name, sessions) in sets)
                Compare(name, sessions, bytes => Answer(bytes, new()), bytes => Answer(bytes, new(SecretFinder.Standard)), output);
        }
        if (part is null or "open")
        {
            Head("opened alone", "off ms", "on ms", output);
            foreach (var (name, sessions) in sets)
                Compare(name, sessions, bytes => Show(bytes, new()), bytes => Show(bytes, new(SecretFinder.Standard)), output);
        }
        if (part is null or "import")
        {
            Head("import, MB/s a core", "off", "on", output);
            foreach (var (name, sessions) in sets)
                await ImportAsync(name, sessions, output);
        }
        if (server is not null && (part is null or "cold"))
        {
            Head("first answer, cold process", "off ms", "on ms", output);
            foreach (var (name, sessions) in sets.Where(set => set.Sessions.Count == 1))
                Compare(name, sessions, server, output);
        }
    }

    private static void Head(string what, string off, string on, TextWriter output) =>
        output.WriteLine($"\n{what, -32}{"MB", 7}{off, 10}{on, 10}{"ratio", 8}{"MB/s", 8}");

    /// <summary>Each session at its least processor time: other programs may have the cores too.</summary>
    private static void Compare(string name, List<byte[]> sessions, Action<byte[]> without, Action<byte[]> with, TextWriter output)
    {
        var (off, on) = (0.0, 0.0);
        foreach (var session in sessions)
        {
            var (fastestOff, fastestOn) = (double.MaxValue, double.MaxValue);
            for (var round = 0; round <= Rounds; round++)
            {
                fastestOff = Math.Min(fastestOff, Processor(() => without(session)));
                fastestOn = Math.Min(fastestOn, Processor(() => with(session)));
            }
            (off, on) = (off + fastestOff, on + fastestOn);
        }
        Row(name, sessions, off, on, output);
    }

    private static double Processor(Action action)
    {
        var used = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - used).TotalMilliseconds;
    }

    private static void Row(string name, List<byte[]> sessions, double off, double on, TextWriter output)
    {
        var megabytes = sessions.Sum(session => (long)session.Length) / 1e6;
        output.WriteLine(
            FormattableString.Invariant(
                $"{name, -32}{megabytes, 7:0.0}{off, 10:0.0}{on, 10:0.0}{on / off, 8:0.00}{megabytes / Math.Max(1e-9, on - off) * 1e3, 8:0}"
            )
        );
    }

    private static void Answer(byte[] json, OutgoingDoor door)
    {
        var options = new CondenseOptions { Notes = OutgoingText.DataNotice };
        var (text, structured) = new Condenser(door.Show(SessionJson.Read(json, "a session"))).CondenseBoth(options);
        _ = text.ToText();
        _ = structured.ToJson();
    }

    private static void Show(byte[] json, OutgoingDoor door) => _ = door.Show(SessionJson.Read(json, "a session")).Session.Steps;

    /// <summary>Processor time, so that waiting for the disk does not count.</summary>
    private static async Task ImportAsync(string name, List<byte[]> sessions, TextWriter output)
    {
        const int LeastBytes = 24_000_000;
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var batch = new List<byte[]>();
            for (var bytes = 0L; bytes < LeastBytes; bytes += batch[^1].Length)
                batch.Add(sessions[batch.Count % sessions.Count]);
            var (off, on) = (double.MaxValue, double.MaxValue);
            for (var round = 0; round < 4; round++)
            {
                off = Math.Min(off, await SaveAsync(new(), $"off{round}"));
                on = Math.Min(on, await SaveAsync(new(SecretFinder.Standard), $"on{round}"));
            }
            var megabytes = batch.Sum(one => (long)one.Length) / 1e6;
            output.WriteLine(
                FormattableString.Invariant(
                    $"{name, -32}{megabytes, 7:0.0}{megabytes / off, 10:0.0}{megabytes / on, 10:0.0}{on / off, 8:0.00}{megabytes / Math.Max(1e-9, on - off), 8:0}"
                )
            );

            async Task<double> SaveAsync(OutgoingDoor door, string file)
            {
                using var archive = new SqliteArchive(Path.Combine(folder.FullName, file), door);
                var used = Environment.CpuUsage.TotalTime;
                var number = 0;
                foreach (var part in batch.Chunk(Math.Max(1, 16_000_000 / (int)batch.Average(one => one.Length))))
                    await archive.SaveAllAsync(
                        "owner",
                        [
                            .. part.Select(json =>
                            {
                                var session = SessionJson.Read(json, "a session");
                                return new ArchivedSession(
                                    session.With(
                                        session.Summary with
                                        {
                                            SessionId = $"ses-{number++}",
                                        },
                                        session.Events,
                                        () => session.Json
                                    ),
                                    SessionOrigin.File,
                                    DateTimeOffset.UnixEpoch
                                );
                            }),
                        ],
                        CancellationToken.None
                    );
                return (Environment.CpuUsage.TotalTime - used).TotalSeconds;
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Compare(string name, List<byte[]> sessions, string server, TextWriter output)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, sessions[0]);
            var (off, on) = (0.0, 0.0);
            for (var round = 0; round < Rounds; round++)
            {
                off += Run("off");
                on += Run("secrets");
            }
            Row(name, sessions, off / Rounds, on / Rounds, output);
        }
        finally
        {
            File.Delete(file);
        }

        double Run(string what)
        {
            var before = ProcessorOfChildren();
            using (var process = new Command(server, "show", file, "--redact", what).Start())
            {
                process.StandardInput.Close();
                var errors = process.StandardError.ReadToEndAsync();
                if (process.StandardOutput.ReadToEnd().Length == 0)
                    throw new InvalidOperationException(errors.Result);
                process.WaitForExit();
            }
            return ProcessorOfChildren() - before;
        }
    }

    /// <summary>The processor time of the processes that have ended, in milliseconds; exact to ten of them.</summary>
    private static double ProcessorOfChildren()
    {
        const int TicksASecond = 100;
        var fields = File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ');
        return (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture))
            * 1e3
            / TicksASecond;
    }

    /// <summary>The events of sessions, again and again, until they are enough for a long one.</summary>
    private static byte[] Joined(List<Session> sessions)
    {
        var events = new List<string>();
        while (events.Count < LongSession)
            events.AddRange(sessions.SelectMany(session => session.Events).Select(@event => @event.Json.ToString()));
        return Encoding.UTF8.GetBytes(
            $$"""{"session_id":"ses-joined","last_updated_at":"2026-04-22T12:34:41.342245","generated_title":null,"index_ids":[],"job_metadata":null,"events":[{{string.Join(',', events.Take(LongSession))}}]}"""
        );
    }
}
