namespace ChatSessions.Sources.Files;

/// <summary>Paths in commands that messages propose.</summary>
internal static class ShellPath
{
    private const string PlainCharacters = "/:._-+@%,~";

    /// <summary>A path as one word of a command, with quotes if a shell would interpret it.</summary>
    public static string Quote(string path) =>
        path.All(one => char.IsLetterOrDigit(one) || PlainCharacters.Contains(one)) ? path
        : OperatingSystem.IsWindows() ? $"\"{path}\""
        : $"'{path.Replace("'", "'\\''")}'";
}
