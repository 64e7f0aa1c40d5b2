using System.Diagnostics;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Sources.Files;

/// <summary>Paths that lead to nothing, or to what cannot be read.</summary>
public sealed class PathProblemTests : TempFolder
{
    [Fact]
    public async Task A_path_that_does_not_exist_is_a_problem_and_not_an_error()
    {
        Write("a.json", SessionText.Of("a"));
        var source = Source("a.json", "nowhere");
        Assert.Equal(["a"], await IdsOf(source));
        var problem = Assert.Single(source.Problems);
        Assert.Equal(ChatSessionError.NotFound, problem.Error);
        Assert.Contains(PathOf("nowhere"), problem.Sentence);
    }

    [Fact]
    public async Task A_pipe_that_nobody_writes_to_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Run where there are named pipes in the file system");
        using (var mkfifo = Process.Start("mkfifo", PathOf("a.json")))
            await mkfifo.WaitForExitAsync(Cancelled);
        Write("b.json", SessionText.Of("b"));
        Assert.Equal(["b"], await IdsOf(Source()));
    }

    [Fact]
    public async Task Links_in_a_circle_or_to_nowhere_harm_nobody_and_a_link_to_a_file_is_followed()
    {
        var outside = Directory.CreateTempSubdirectory("chat-sessions-");
        File.WriteAllText(Path.Combine(outside.FullName, "linked.json"), SessionText.Of("linked"));
        Write("x/a.json", SessionText.Of("a"));
        Directory.CreateSymbolicLink(PathOf("x/up"), Folder);
        File.CreateSymbolicLink(PathOf("circle.json"), PathOf("circle.json"));
        File.CreateSymbolicLink(PathOf("nowhere.json"), PathOf("missing"));
        File.CreateSymbolicLink(PathOf("link.json"), Path.Combine(outside.FullName, "linked.json"));
        var source = Source();
        Assert.Equal(["a", "linked"], await IdsOf(source));
        Assert.Equal(2, source.Problems.Count);
        outside.Delete(recursive: true);
        Assert.Null(await Find(source, "linked"));
    }

    [Fact]
    public async Task An_unreadable_file_is_reported_and_is_read_once_it_can_be()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("Run as a user for whom Unix file permissions count: not as root");
            return;
        }
        File.SetUnixFileMode(Write("a.json", SessionText.Of("a")), UnixFileMode.None);
        Write("x/b.json", SessionText.Of("b"));
        File.SetUnixFileMode(PathOf("x"), UnixFileMode.None);
        Write("c.json", SessionText.Of("c"));
        var source = Source();
        Assert.Equal(["c"], await IdsOf(source));
        Assert.Equal([PathOf("x"), PathOf("a.json")], source.Problems.Select(problem => problem.Path));
        Assert.All(source.Problems, problem => Assert.Equal(ChatSessionError.Unauthorized, problem.Error));

        File.SetUnixFileMode(PathOf("a.json"), UnixFileMode.UserRead);
        File.SetUnixFileMode(PathOf("x"), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["a", "b", "c"], await IdsOf(source));
    }
}
