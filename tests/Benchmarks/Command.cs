using System.Diagnostics;

namespace Benchmarks;

/// <summary>What to start, with nothing of the environment that could configure it.</summary>
internal sealed record Command(string File, params string[] Arguments)
{
    private static readonly string[] Kept = ["PATH", "HOME", "DOTNET_ROOT"];

    /// <summary>Variables for it.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    /// <summary>This program once more.</summary>
    public static Command Self(params string[] arguments)
    {
        var path = System.Environment.ProcessPath!;
        // Where the process is `dotnet`, it must be told which program to run.
        string[] program = Path.GetFileNameWithoutExtension(path) == "dotnet" ? [System.Environment.GetCommandLineArgs()[0]] : [];
        return new(path, [.. program, .. arguments]);
    }

    /// <summary>The vendor's server in a folder in which npm has installed it.</summary>
    public static Command Vendor(string folder) => new("node", Path.Combine(folder, "node_modules/@llamaindex/llama-cloud-mcp/index.js"));

    /// <summary>Settings for a LlamaCloud, of which this project's server and the vendor's know the same.</summary>
    public Command With(Uri llamaCloud) =>
        this with
        {
            Environment = new() { ["LLAMA_CLOUD_API_KEY"] = "benchmark", ["LLAMA_CLOUD_BASE_URL"] = llamaCloud.AbsoluteUri.TrimEnd('/') },
        };

    public Process Start()
    {
        var start = new ProcessStartInfo(File, Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var name in Kept)
            start.Environment[name] = System.Environment.GetEnvironmentVariable(name);
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
