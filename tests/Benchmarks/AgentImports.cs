using System.Diagnostics;
using System.Globalization;
using System.Text;
using ChatSessions.Importing;

namespace Benchmarks;

/// <summary>Imports of what an agent has recorded: everything, nothing new, and a line that is added while the import follows.</summary>
internal static class AgentImports
{
    private const int SessionBytes = 2_000_000;
    private const int MostLines = 10;

    private static readonly string[] Words = [.. Enumerable.Range(0, 20_000).Select(number => Word(new Random(number)))];

    /// <param name="server">The server's file, or one that `dotnet` runs.</param>
    public static async Task RunAsync(string server, int megabytes, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("chat-agents-").FullName;
        try
        {
            Machine.Describe(output);
            var newest = Make(Path.Combine(folder, ".claude", "projects"), megabytes);
            var begun = Process.GetCurrentProcess().TotalProcessorTime;
            foreach (var path in Directory.EnumerateFiles(folder, "*.jsonl", SearchOption.AllDirectories))
                _ = SessionImport.Read(path, null, int.MaxValue, fault => throw fault, CancellationToken.None).Count();
            output.WriteLine(
                $"reading alone: {(Process.GetCurrentProcess().TotalProcessorTime - begun).TotalSeconds:0.00} s of processor time"
            );
            var import = CommandOf(server, folder, "import", "--agents");
            await MeasureAsync(import, $"import of {megabytes} MB", output);
            await MeasureAsync(import, "the same again", output);
            await FollowAsync(server, folder, newest, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static Command CommandOf(string server, string folder, params string[] arguments)
    {
        string[] all = [.. arguments, "--archive", Path.Combine(folder, "archive.db")];
        var command = server.EndsWith(".dll", StringComparison.Ordinal)
            ? new Command("dotnet", [server, .. all])
            : new Command(server, all);
        return command with { Environment = new() { ["HOME"] = folder } };
    }

    private static async Task MeasureAsync(Command command, string what, TextWriter output)
    {
        var begun = Stopwatch.GetTimestamp();
        using var process = command.Start();
        var text = process.StandardOutput.ReadToEndAsync();
        var (peak, busy) = (0L, TimeSpan.Zero);
        while (!process.HasExited)
        {
            (peak, busy) = Use(process) ?? (peak, busy);
            await Task.Delay(10);
        }
        var took = Stopwatch.GetElapsedTime(begun);
        output.WriteLine(
            $"{what}: {took.TotalSeconds:0.00} s, {busy.TotalSeconds:0.00} s of processor time, {peak >> 20} MB at the peak; "
                + (await text).Split('\n')[1]
        );
    }

    /// <summary>The memory and processor time that a process has used; null if it has just ended.</summary>
    private static (long Peak, TimeSpan Busy)? Use(Process process)
    {
        try
        {
            process.Refresh();
            return (Machine.Resident(process.Id, atPeak: true), process.TotalProcessorTime);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Adds lines to the newest session, and searches for each until it is found.</summary>
    private static async Task FollowAsync(string server, string folder, string path, TextWriter output)
    {
        using var process = CommandOf(server, folder, "import", "--agents", "--follow").Start();
        while (await process.StandardError.ReadLineAsync() is { } line && !line.StartsWith("Following", StringComparison.Ordinal)) { }
        var waits = new List<double>();
        var read = new List<long>();
        for (var number = 0; number < MostLines; number++)
        {
            var before = BytesRead(process);
            var begun = Stopwatch.GetTimestamp();
            await File.AppendAllTextAsync(
                path,
                $"{User(Path.GetFileNameWithoutExtension(path), $"appended{number}word", 1_000_000 + number)}\n"
            );
            while (!(await process.StandardOutput.ReadLineAsync())!.StartsWith("Updated", StringComparison.Ordinal)) { }
            waits.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            read.Add(BytesRead(process) - before);
        }
        using (var search = CommandOf(server, folder, "search", $"appended{MostLines - 1}word").Start())
        {
            var found = await search.StandardOutput.ReadToEndAsync();
            output.WriteLine(
                $"found by search: {(found.Contains($"appended{MostLines - 1}word", StringComparison.Ordinal) ? "yes" : "no")}"
            );
        }
        var idle = process.TotalProcessorTime;
        await Task.Delay(TimeSpan.FromSeconds(20));
        process.Refresh();
        output.WriteLine(
            $"a line added to a session of {new FileInfo(path).Length >> 10} KB: saved after {Machine.Median(waits):0.00} s, at most {waits.Max():0.00} s, "
                + $"{Machine.Median(read.Select(bytes => (double)bytes)) / 1024:0} KB read; "
                + $"following and nothing changes: {(process.TotalProcessorTime - idle).TotalSeconds / 20:0.0%} of a core, "
                + $"{Machine.Resident(process.Id) >> 20} MB"
        );
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>What the process has read from files, whether it was on the disk or in memory.</summary>
    private static long BytesRead(Process process) =>
        long.Parse(File.ReadLines($"/proc/{process.Id}/io").First()["rchar: ".Length..], CultureInfo.InvariantCulture);

    /// <summary>Writes transcripts of Claude Code, and returns the path of the newest.</summary>
    private static string Make(string projects, int megabytes)
    {
        var path = "";
        for (var number = 0; number < megabytes * 1_000_000L / SessionBytes; number++)
        {
            var random = new Random(number);
            var id = new Guid(number, 0, 0, new byte[8]).ToString();
            path = Path.Combine(projects, $"-home-me-project{number % 40}", $"{id}.jsonl");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new StreamWriter(path);
            for (var (line, bytes) = (0, 0); bytes < SessionBytes; line++)
            {
                var text = Line(id, random, line);
                file.Write(text);
                file.Write('\n');
                bytes += text.Length + 1;
            }
        }
        return path;
    }

    /// <summary>A line of a transcript of Claude Code.</summary>
    internal static string Line(string id, Random random, int line) =>
        line % 40 == 0 ? User(id, Prose(random, 30), line)
        : line % 2 == 1 ? Call(id, random, line)
        : Result(id, random, line);

    private static string User(string id, string text, int line) =>
        $$$"""{"parentUuid":null,"isSidechain":false,"userType":"external","cwd":"/home/me/project","sessionId":"{{{id}}}","version":"2.1.90","gitBranch":"main","type":"user","message":{"role":"user","content":"{{{text}}}"},"uuid":"{{{id}}}-{{{line}}}","timestamp":"{{{Moment(line)}}}"}""";

    private static string Call(string id, Random random, int line) =>
        $$$"""{"parentUuid":"{{{id}}}-{{{line - 1}}}","isSidechain":false,"userType":"external","cwd":"/home/me/project","sessionId":"{{{id}}}","version":"2.1.90","gitBranch":"main","message":{"id":"msg_{{{line}}}","type":"message","role":"assistant","model":"claude-opus-4-5","content":[{"type":"text","text":"{{{Prose(random, 20)}}}"},{"type":"tool_use","id":"toolu_{{{line}}}","name":"Bash","input":{"command":"grep -rn {{{Words[random.Next(Words.Length)]}}} src","description":"{{{Prose(random, 5)}}}"}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":4,"cache_creation_input_tokens":1200,"cache_read_input_tokens":54000,"output_tokens":120}},"requestId":"req_{{{line}}}","type":"assistant","uuid":"{{{id}}}-{{{line}}}","timestamp":"{{{Moment(line)}}}"}""";

    private static string Result(string id, Random random, int line)
    {
        var text = Prose(random, random.Next(20, 500));
        return $$$"""{"parentUuid":"{{{id}}}-{{{line - 1}}}","isSidechain":false,"userType":"external","cwd":"/home/me/project","sessionId":"{{{id}}}","version":"2.1.90","gitBranch":"main","type":"user","message":{"role":"user","content":[{"tool_use_id":"toolu_{{{line - 1}}}","type":"tool_result","content":"{{{text}}}","is_error":false}]},"uuid":"{{{id}}}-{{{line}}}","timestamp":"{{{Moment(line)}}}","toolUseResult":{"stdout":"{{{text}}}","stderr":"","interrupted":false,"isImage":false}}""";
    }

    private static string Moment(int line) =>
        new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc)
            .AddSeconds(line)
            .ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>Words of which some are frequent and most are rare, as in any text.</summary>
    private static string Prose(Random random, int count)
    {
        var text = new StringBuilder();
        for (var word = 0; word < count; word++)
            text.Append(Words[(int)(Words.Length * Math.Pow(random.NextDouble(), 4))]).Append(word % 12 == 11 ? "\\n" : " ");
        return text.ToString();
    }

    private static string Word(Random random) =>
        string.Concat(
            Enumerable.Range(0, random.Next(2, 6)).Select(_ => $"{"bcdfghklmnprstvz"[random.Next(16)]}{"aeiou"[random.Next(5)]}")
        );
}
