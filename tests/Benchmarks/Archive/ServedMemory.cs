namespace Benchmarks.Archive;

/// <summary>The resident memory of a process that answers from the large archive: the server's, or where there is none, one of our own.</summary>
internal static class ServedMemory
{
    private const int Calls = 1_500;

    public static async Task MeasureAsync(MadeArchives archives, BarTable table, TextWriter output)
    {
        var count = archives.Options.Counts.Large;
        var (path, queries) = (await archives.PlaceAsync(count), await archives.WriteQueriesAsync());
        output.WriteLine($"\nserving {count:N0} sessions");
        using var reader = ArchiveChildren.Reader(path, queries, count).Start();
        var report = ReaderReport.Parse(await reader.StandardOutput.ReadToEndAsync());
        await reader.WaitForExitAsync();
        Add($"memory of the library's process, {report.Calls:N0} calls", report.Peak);
        if (archives.Options.Server is not { } server)
            return;

        var (client, _) = await StdioClient.StartAsync(new Command(server, "serve", "--archive", path));
        using (client)
        {
            var lines = await File.ReadAllLinesAsync(queries);
            var random = new Random(13);
            for (var call = 0; call < Calls; call++)
                _ = (call % 4) switch
                {
                    2 => await client.CallAsync("list_chat_sessions", "{}"),
                    3 => await client.CallAsync("get_chat_session", $$"""{"session_id":"{{RemixedSessions.Id(random.Next(count))}}"}"""),
                    _ => await client.CallAsync(
                        "search_chat_sessions",
                        $$"""{"query":"{{lines[random.Next(lines.Length)].Replace("\"", "\\\"")}}"}"""
                    ),
                };
            Add($"memory of the server, {Calls:N0} calls", Machine.Resident(client.ProcessId, atPeak: true));
        }

        void Add(string what, long bytes) => table.Add(what, "< 150 MB", $"{bytes / 1e6:0} MB at its peak", bytes < 150e6);
    }
}
