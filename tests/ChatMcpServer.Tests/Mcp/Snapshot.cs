using Xunit;

namespace ChatMcpServer.Tests.Mcp;

/// <summary>Compares answers with the files in Snapshots; UPDATE_SNAPSHOTS=1 in the environment updates them.</summary>
internal static class Snapshot
{
    private static readonly string Folder = Path.Combine(Root(), "tests", "ChatMcpServer.Tests", "Snapshots");

    public static void Matches(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        text = text.TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(path, text);
            return;
        }
        Assert.True(
            File.Exists(path),
            $"There is no snapshot {name}: set UPDATE_SNAPSHOTS=1, run the tests again, and look at what was written."
        );
        var (expected, actual) = (File.ReadAllText(path).ReplaceLineEndings("\n").Split('\n'), text.Split('\n'));
        for (var line = 0; line < Math.Max(expected.Length, actual.Length); line++)
            if (At(expected, line) != At(actual, line))
                Assert.Fail(
                    $"""
                    {name}, line {line + 1} is not as in the snapshot (if it should be, set UPDATE_SNAPSHOTS=1 and run the tests again):
                    - {At(expected, line) ?? "(the end)"}
                    + {At(actual, line) ?? "(the end)"}
                    """
                );
    }

    private static string? At(string[] lines, int index) => index < lines.Length ? lines[index] : null;

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ChatMcpServer.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
        return folder;
    }
}
