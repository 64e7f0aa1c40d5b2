using System.Text;
using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Sources.Files;
using CsCheck;
using Xunit;
using static ChatSessions.Tests.Importing.ClaudeCodeLines;

namespace ChatSessions.Tests.Importing;

/// <summary>Files that grow while they are followed: what is made of them must be what is made of the whole file.</summary>
public class FollowedFilesTests : ImportTest
{
    private readonly FollowedFiles followed;

    public FollowedFilesTests() => followed = new FollowedFiles(Time);

    [Theory]
    [InlineData("claude-code")]
    [InlineData("codex")]
    [InlineData("codex exec")]
    [InlineData("pi")]
    [InlineData("droid")]
    [InlineData("qwen-code")]
    [InlineData("cursor")]
    [InlineData("antigravity")]
    public void A_file_that_grows_in_any_steps_gives_the_same_as_the_whole_file(string format)
    {
        var number = 0;
        Gen.Select(GrowingLines.Of(format, withFaults: true), Gen.Double[0, 1].Array[1, 6])
            .Sample(
                (bytes, cuts) =>
                {
                    var path = PathOf($"{number++}.jsonl");
                    using var followed = new FollowedFiles(Time);
                    foreach (var length in cuts.Select(cut => (int)(cut * bytes.Length)).Order().Append(bytes.Length))
                    {
                        using (var file = new FileStream(path, FileMode.Append))
                            file.Write(bytes.AsSpan((int)file.Length..length));
                        Assert.Equal(Read(path, followed: null), Read(path, followed));
                    }
                },
                iter: 200,
                threads: 1
            );
    }

    [Theory]
    [InlineData("claude-code")]
    [InlineData("codex")]
    [InlineData("codex exec")]
    [InlineData("pi")]
    [InlineData("droid")]
    [InlineData("qwen-code")]
    [InlineData("cursor")]
    [InlineData("antigravity")]
    public void A_file_that_grows_line_by_line_is_never_read_as_a_whole_again(string format)
    {
        var number = 0;
        GrowingLines
            .Of(format, withFaults: false)
            .Sample(
                bytes =>
                {
                    var path = PathOf($"{number++}.jsonl");
                    using var followed = new FollowedFiles(Time);
                    foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n').SkipLast(1))
                    {
                        var isFirst = !File.Exists(path);
                        File.AppendAllText(path, line + "\n");
                        var whole = Read(path, followed: null);
                        Assert.Equal(whole, isFirst ? Read(path, followed) : ReadOn(path, followed));
                        Assert.All(
                            whole.Where(text => text.StartsWith('{')),
                            json => Assert.Contains($"\"format\":\"{format.Split(' ')[0]}\"", json, StringComparison.Ordinal)
                        );
                    }
                },
                iter: 50,
                threads: 1
            );
    }

    [Fact]
    public void What_was_read_is_not_read_again()
    {
        var path = Write("a.jsonl", Lines(Talk(100)));
        var written = File.GetLastWriteTimeUtc(path);
        Read(path, followed);
        var whole = Read(path, followed: null);
        using (var file = new FileStream(path, FileMode.Open))
        {
            file.Position = file.Length / 2;
            file.Write(new byte[100]);
        }
        File.AppendAllText(path, "\n");
        File.SetLastWriteTimeUtc(path, written);

        Assert.Equal(whole, Read(path, followed));
        Assert.NotEqual(whole, Read(path, followed: null));
    }

    public static TheoryData<string, Action<string>> Changes =>
        new()
        {
            { "shorter", path => File.WriteAllText(path, Lines(Talk(3))) },
            { "another beginning", path => Change(path, text => $"{Lines(Talk(1))}{text}") },
            { "another end", path => Change(path, text => $"{text[..^200]}{Lines(Talk(9))}{Lines(Talk(9))}") },
            { "a line less and more behind it", path => Change(path, text => $"{text[text.IndexOf('\n')..]}{Lines(Talk(50))}") },
            { "the same length", path => Change(path, text => text.Replace("row 60", "row 99", StringComparison.Ordinal)) },
            { "another file of that name", path => Replace(path, Lines(Talk(120, "v"))) },
        };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_file_that_was_changed_otherwise_is_read_as_a_whole(string name, Action<string> change)
    {
        var path = Write("a.jsonl", Lines(Talk(100)));
        Read(path, followed);
        change(path);
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddMinutes(1));

        Assert.True(followed.Continue(FileOf(path), Cancelled) is null, name);
        Assert.Equal(Read(path, followed: null), Read(path, followed));
    }

    [Theory]
    [InlineData("\n", true)]
    [InlineData("\r\n", false)]
    [InlineData(" more\n", false)]
    public void A_last_line_that_seemed_complete_must_end_there(string rest, bool isContinued)
    {
        var path = Write("a.jsonl", Lines(Talk(3)).TrimEnd('\n'));
        Read(path, followed);
        File.AppendAllText(path, rest + Says("a9", "Done."));

        Assert.Equal(isContinued, Continues(path));
        Assert.Equal(Read(path, followed: null), Read(path, followed));
    }

    [Fact]
    public void A_half_written_line_is_read_again()
    {
        var line = Says("a9", "Done.");
        var path = Write("a.jsonl", Lines(Talk(3)) + line[..40]);
        Assert.Contains(Read(path, followed), text => text.Contains("Line 4 is incomplete", StringComparison.Ordinal));
        File.AppendAllText(path, line[40..] + "\n");

        Assert.Equal(Read(path, followed: null), ReadOn(path, followed));
    }

    [Fact]
    public void An_agent_is_read_as_a_whole_if_its_parent_now_has_one_of_its_records()
    {
        var parent = Write($"{Garden}.jsonl", Lines(Talk(2)));
        var path = Write(
            $"{Garden}/subagents/agent-a1.jsonl",
            Lines(User("s1", "Search", "\"isSidechain\":true,\"agentId\":\"a1\","), User("u2", "Plant."))
        );
        ImportFile File_() => FileOf(path, parent, path);
        Read(File_(), followed);
        File.AppendAllText(parent, Lines(User("u7", "Go on.")));
        File.AppendAllText(path, Lines(User("s3", "Look", "\"isSidechain\":true,\"agentId\":\"a1\",")));
        Assert.Equal(Read(File_(), followed: null), ReadOn(File_(), followed));

        File.AppendAllText(parent, Lines(User("s1", "Search")));

        Assert.Null(followed.Continue(File_(), Cancelled));
    }

    [Fact]
    public void What_was_read_of_a_parent_is_not_read_again()
    {
        var parent = Write($"{Garden}.jsonl", Lines(Talk(100)));
        var path = Write(
            $"{Garden}/subagents/agent-a1.jsonl",
            Lines([.. Talk(100), User("s1", "Search", "\"isSidechain\":true,\"agentId\":\"a1\",")])
        );
        var first = new ImportNeighbours([parent, path]);
        var whole = Read(FileOf(path) with { Neighbours = first }, followed: null);
        Change(parent, text => $"{text[..8000]}{new string(' ', 1000)}{text[9000..]}{Lines(User("u900", "Go on."))}");
        var second = new ImportNeighbours([parent, path]);
        second.Continue(first);

        Assert.Equal(whole, Read(FileOf(path) with { Neighbours = second }, followed: null));
        Assert.NotEqual(whole, Read(FileOf(path, parent, path), followed: null));
    }

    [Fact]
    public void A_parent_that_was_rewritten_is_read_again()
    {
        var parent = Write($"{Garden}.jsonl", Lines(Talk(3)));
        var path = Write($"{Garden}/subagents/agent-a1.jsonl", Lines(Talk(5)));
        var first = new ImportNeighbours([parent, path]);
        Read(FileOf(path) with { Neighbours = first }, followed: null);
        File.WriteAllText(parent, Lines(Talk(4)) + Talk(5)[4][..50]);
        var second = new ImportNeighbours([parent, path]);
        second.Continue(first);
        Assert.Equal(Read(FileOf(path, parent, path), followed: null), Read(FileOf(path) with { Neighbours = second }, followed: null));
        File.AppendAllText(parent, Talk(5)[4][50..]);
        var third = new ImportNeighbours([parent, path]);
        third.Continue(second);

        Assert.Equal(Read(FileOf(path, parent, path), followed: null), Read(FileOf(path) with { Neighbours = third }, followed: null));
    }

    [Fact]
    public void A_fork_is_read_as_a_whole_if_its_parent_has_changed()
    {
        var parent = Write("rollout-0199-a.jsonl", Lines(CodexLines.Meta, CodexLines.User("Dig.")));
        var path = Write(
            "rollout-b.jsonl",
            Lines(
                """{"timestamp":"2026-02-01T10:00:00.000Z","type":"session_meta","payload":{"id":"b","timestamp":"2026-02-01T10:00:00.000Z","forked_from_id":"0199-a"}}""",
                CodexLines.User("Dig."),
                CodexLines.User("Fill.")
            )
        );
        Read(FileOf(path, parent, path), followed);
        File.AppendAllText(path, Lines(CodexLines.Answer("Filled.")));
        Assert.Equal(Read(FileOf(path, parent, path), followed: null), ReadOn(FileOf(path, parent, path), followed));

        File.AppendAllText(parent, Lines(CodexLines.User("Fill.")));

        Assert.Null(followed.Continue(FileOf(path, parent, path), Cancelled));
        Assert.Equal(Read(FileOf(path), followed: null), Read(FileOf(path), followed));
    }

    [Fact]
    public void What_is_too_large_is_not_kept_and_what_was_read_longest_ago_is_forgotten()
    {
        using var small = new FollowedFiles(Time, mostBytes: 1_000_000);
        var large = Write("large.jsonl", Lines(Talk(10_000)));
        Read(large, small);
        Assert.Null(small.Continue(FileOf(large), Cancelled));

        var paths = Enumerable.Range(0, 100).Select(number => Write($"{number}.jsonl", Lines(Talk(3)))).ToList();
        paths.ForEach(path => Read(path, small));

        Assert.Null(small.Continue(FileOf(paths[0]), Cancelled));
        using var last = small.Continue(FileOf(paths[^1]), Cancelled);
        Assert.NotNull(last);
    }

    [Fact]
    public void What_does_not_change_for_long_is_forgotten()
    {
        var path = Write("a.jsonl", Lines(Talk(3)));
        Read(path, followed);
        Time.Advance(TimeSpan.FromMinutes(9));
        followed.ForgetOld();
        Assert.NotEmpty(ReadOn(path, followed));

        Time.Advance(TimeSpan.FromMinutes(11));
        followed.ForgetOld();

        Assert.Null(followed.Continue(FileOf(path), Cancelled));
    }

    [Fact]
    public void What_stopped_in_the_middle_is_read_as_a_whole()
    {
        var path = Write("a.jsonl", Lines(Talk(3)));
        Read(path, followed);
        File.AppendAllText(path, Lines(Talk(9)));
        using var reading = followed.Continue(FileOf(path), Cancelled);

        Assert.Null(followed.Continue(FileOf(path), Cancelled));
    }

    private static string[] Talk(int lines, string id = "u") =>
        [.. Enumerable.Range(0, lines).Select(number => User($"{id}{number}", $"Plant row {number}."))];

    private static void Change(string path, Func<string, string> change) => File.WriteAllText(path, change(File.ReadAllText(path)));

    private static void Replace(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static ImportFile FileOf(string path, params string[] neighbours) =>
        new(path, FileStamp.Read(path), IsNamed: true) { Neighbours = neighbours.Length == 0 ? null : new ImportNeighbours(neighbours) };

    private static List<string> Read(string path, FollowedFiles? followed) => Read(FileOf(path), followed);

    /// <summary>What an import makes of a file: its sessions, what was kept of it, and what was wrong with it.</summary>
    private static List<string> Read(ImportFile file, FollowedFiles? followed) =>
        Shown(broken =>
            SessionImport.Read(
                file,
                null,
                ImportFormats.Known,
                followed,
                FileSource.DefaultMaxSessionBytes,
                broken,
                unknown => broken(new ChatSessionException(ChatSessionError.InvalidSession, unknown.Refusal)),
                Cancelled
            )
        );

    private static List<string> ReadOn(string path, FollowedFiles followed) => ReadOn(FileOf(path), followed);

    /// <summary>The same, if only the end of the file need be read.</summary>
    private static List<string> ReadOn(ImportFile file, FollowedFiles followed)
    {
        var reading = followed.Continue(file, Cancelled);
        Assert.NotNull(reading);
        var shown = Shown(broken => reading.Read(broken, Cancelled));
        Assert.True(followed.Keep(reading));
        return shown;
    }

    private static List<string> Shown(Func<Action<ChatSessionException>, IEnumerable<ImportedSession>> read)
    {
        var shown = new List<string>();
        try
        {
            foreach (var one in read(fault => shown.Add(fault.Message)))
                shown.AddRange([
                    one.Session.Json.ToString(),
                    .. one.Notes,
                    $"{Convert.ToHexString(one.Original!.Hash.Span)} {one.Original.Bytes} {one.Original.Changed:O}",
                ]);
        }
        catch (ChatSessionException fault)
        {
            shown.Add(fault.Message);
        }
        return shown;
    }

    private bool Continues(string path)
    {
        if (followed.Continue(FileOf(path), Cancelled) is not { } reading)
            return false;
        reading.Dispose();
        return true;
    }
}
