namespace Benchmarks.Archive;

/// <summary>What an archive is held to, each with its bar: speed, size, search, memory, kills, several processes, quality.</summary>
internal static class ArchiveBenchmark
{
    /// <summary>Measures all, or the parts that are named, and prints a table of them.</summary>
    public static async Task RunAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        var options = ArchiveOptions.Parse(arguments);
        Machine.Describe(output);
        var table = new BarTable();
        await using var archives = new MadeArchives(options, Material.Of(options.Sessions), output);
        if (options.Has("import"))
            await archives.MeasureImportAsync(table);
        if (options.Has("search") || options.Has("list"))
            await Latency.MeasureAsync(archives, table, output);
        if (options.Has("memory"))
            await ServedMemory.MeasureAsync(archives, table, output);
        if (options.Has("cold-start") && options.Server is { } server)
            await ArchiveColdStart.MeasureAsync(server, archives, table);
        if (options.Has("kill"))
            await KilledImports.MeasureAsync(archives, table, output);
        if (options.Has("readers"))
            await ReadersDuringImport.MeasureAsync(archives, table, output);
        if (options.Has("quality") && options.Sessions.Count > 0)
            await SearchQuality.MeasureAsync(archives, table, output);
        table.Write(output);
    }
}

/// <param name="Parts">What to measure; none is all.</param>
/// <param name="Sessions">Files of sessions.</param>
/// <param name="Server">The server's program, where there is one to measure.</param>
/// <param name="Counts">The sessions of the two archives, the smaller first.</param>
/// <param name="Folder">Where the archives are kept; null when they are deleted.</param>
/// <param name="OnPostgres">Whether the archives are in PostgreSQL.</param>
/// <param name="Cases">How many error lines, and how many identifiers, are searched for.</param>
/// <param name="IsVerbose">Whether to name what was not found, and what took longest.</param>
internal sealed record ArchiveOptions(
    IReadOnlyList<string> Parts,
    IReadOnlyList<string> Sessions,
    string? Server,
    (int Small, int Large) Counts,
    string? Folder,
    bool OnPostgres,
    int Cases,
    bool IsVerbose
)
{
    public static ArchiveOptions Parse(IReadOnlyList<string> arguments)
    {
        var (parts, sessions, values) = (new List<string>(), new List<string>(), new Dictionary<string, string>());
        var option = "";
        foreach (var argument in arguments)
            if (argument.StartsWith("--", StringComparison.Ordinal))
                option = argument;
            else if (option.Length == 0)
                parts.Add(argument);
            else if (option == "--sessions")
                sessions.Add(argument);
            else
                values[option] = argument;
        int[] counts = [.. values.GetValueOrDefault("--count", "10000,100000").Split(',').Select(int.Parse)];
        return new(
            parts,
            sessions,
            values.GetValueOrDefault("--server"),
            (counts[0], counts[^1]),
            values.GetValueOrDefault("--folder"),
            arguments.Contains("--postgres"),
            int.Parse(values.GetValueOrDefault("--cases", "300")),
            arguments.Contains("--verbose")
        );
    }

    /// <summary>Whether a part is measured. The others look at files.</summary>
    public bool Has(string part) =>
        OnPostgres && part is not ("import" or "search" or "list") ? false : Parts.Count == 0 || Parts.Contains(part);
}
