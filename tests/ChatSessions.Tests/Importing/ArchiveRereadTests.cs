using ChatSessions.Archive;
using ChatSessions.Importing;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;
using ChatSessions.Tests.Sources;
using ChatSessions.Tests.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Importing;

public sealed class ArchiveRereadTests : TempFolder, IDisposable, IProgress<RereadProgress>, IProgress<ImportProgress>
{
    private readonly List<RereadSession> told = [];
    private readonly ISessionArchive archive;
    private CancellationTokenSource stop = new();

    public ArchiveRereadTests() => archive = SessionArchive.Open(PathOf("archive.db"));

    void IDisposable.Dispose()
    {
        archive.Dispose();
        base.Dispose();
    }

    private int StopAfter { get; set; } = int.MaxValue;

    void IProgress<RereadProgress>.Report(RereadProgress value)
    {
        if (value.OriginalsDone >= StopAfter)
            stop.Cancel();
    }

    void IProgress<ImportProgress>.Report(ImportProgress value) { }

    [Fact]
    public async Task What_a_better_importer_makes_of_the_originals_replaces_the_sessions()
    {
        await ImportAsync(Notes(says: "first reading"), "a.jsonl", "one\ntwo");
        await ImportAsync(Notes(says: "first reading"), "b.jsonl", "three");
        Directory.Delete(PathOf("files"), recursive: true);
        var importedAt = Time.GetUtcNow();
        Time.Advance(TimeSpan.FromDays(40));

        var same = await RereadAsync(Notes(says: "first reading"));
        var done = await RereadAsync(Notes(says: "second reading"));
        var again = await RereadAsync(Notes(says: "second reading"));

        Assert.Equal((2, 2, 0), (same.OriginalsDone, same.Unchanged, same.Replaced));
        Assert.Equal((2, 0, 2), (done.OriginalsDone, done.Unchanged, done.Replaced));
        Assert.Equal((2, 0), (again.Unchanged, again.Replaced));
        Assert.Equal([new("a", false, 1, 1, null), new("b", false, 1, 1, null)], told);
        var found = await FindAsync("a");
        Assert.Equal(("second reading: one two", importedAt), (found.Session.Says(), found.FetchedAt));
        Assert.Equal(2, (await archive.CountAsync(ArchiveOwners.Local, Cancelled)).Sessions);
        Assert.Empty(await archive.Maintenance.VerifyAsync(Cancelled));
    }

    [Theory]
    [InlineData(
        "claude.jsonl",
        """{"type":"user","sessionId":"s","message":{"role":"user","content":[{"type":"text","text":"Q"},DATA]}}"""
    )]
    [InlineData("one.json", """[{"type":"user","message":{"role":"user","content":[{"type":"text","text":"Q"},DATA]}}]""")]
    [InlineData(
        "openai.jsonl",
        "\n\n{\"messages\":[{\"role\":\"user\",\"content\":\"Q\"}]}\n{\"messages\":[{\"role\":\"user\",\"content\":\"R\"}]}"
    )]
    [InlineData("openai.json", "{\n\"messages\":[\n{\"role\":\"user\",\"content\":\"Q\"}]}")]
    [InlineData("codex.jsonl", """{"type":"message","role":"user","content":[{"type":"input_text","text":"Q"}]}""")]
    [InlineData(
        "torn.jsonl",
        "{\"type\":\"user\",\"message\":{\"content\":\"Q\"}}\n{\"type\"\nbroken\n{\"type\":\"user\",\"message\":{\"content\":\"R\"}}\n{\"type\":\"us"
    )]
    public async Task The_same_importer_makes_the_same_sessions_again(string name, string text)
    {
        var pixels = Convert.ToBase64String([.. Enumerable.Range(0, 1_000).Select(n => (byte)(n * 7))]);
        var picture = """{"type":"image","source":{"type":"base64","media_type":"image/png","data":"PIXELS"}}""";
        Write($"files/{name}", text.Replace("DATA", picture, StringComparison.Ordinal).Replace("PIXELS", pixels, StringComparison.Ordinal));
        await ImportAsync(ImportFormats.Known);

        var done = await RereadAsync(ImportFormats.Known);

        Assert.True(done.Unchanged > 0);
        Assert.Equal((done.Unchanged, 0, 0), (done.OriginalsDone, done.Replaced + done.Added, done.LeftAlone + done.NotKept));
    }

    [Fact]
    public async Task Pictures_and_encrypted_texts_are_kept_as_zeros_and_the_session_stays_as_it_is()
    {
        var random = new Random(1);
        var data = new byte[50_000];
        random.NextBytes(data);
        var picture = Convert.ToBase64String(data);
        const string Text = """
            {"type":"user","sessionId":"s","message":{"role":"user","content":"Q"}}
            {"type":"user","sessionId":"s","message":{"role":"user","content":[{"type":"image","source":{"media_type":"image/png","data":"DATA"}}]},"toolUseResult":{"file":{"base64":"DATA"}}}
            """;
        Write("files/claude.jsonl", Text.Replace("DATA", picture, StringComparison.Ordinal));
        await ImportAsync(ImportFormats.Known);

        var share = Assert.Single(await archive.SharesAsync(Cancelled));
        var done = await RereadAsync(ImportFormats.Known);

        Assert.InRange(share.Originals.Bytes, 2L * picture.Length, 3L * picture.Length);
        Assert.InRange(share.Originals.StoredBytes, 1, 1_000);
        Assert.Equal(1, done.Unchanged);
        Assert.Contains("50,000 bytes, not kept", (await FindAsync("s")).Session.Json.ToString());
    }

    [Fact]
    public async Task A_session_that_would_show_data_that_was_not_kept_is_left_as_it_is()
    {
        var data = Convert.ToBase64String(
            new byte[1_000]
                .Select((_, n) => (byte)(n * 7))
                .ToArray()
        );
        await ImportAsync(Notes(says: "data"), "a.jsonl", "one\n", $$"""{"data":"{{data}}"}""");

        var done = await RereadAsync(Notes(says: "other data"));

        Assert.Equal((1, 0), (done.LeftAlone, done.Replaced));
        Assert.Equal("this version would show data that was not kept with its original", Assert.Single(told).Reason);
        Assert.Contains(data, (await FindAsync("a")).Session.Json.ToString());
    }

    [Fact]
    public async Task Sessions_without_originals_are_counted_and_left_alone()
    {
        await archive.SaveAsync(
            ArchiveOwners.Local,
            new(SessionText.Parsed("old"), new SessionOrigin("notes"), Time.GetUtcNow()),
            Cancelled
        );
        await archive.SaveAsync(ArchiveOwners.Local, new(SessionText.Parsed("own"), SessionOrigin.File, Time.GetUtcNow()), Cancelled);
        await ImportAsync(Notes(says: "first"), "a.jsonl", "one");

        var done = await RereadAsync(Notes(says: "second"));
        var one = await RereadAsync(Notes(says: "third"), "own");

        Assert.Equal((1, 1, 0), (done.NotKept, done.Replaced, done.LeftAlone));
        Assert.Equal((0, 0), (one.NotKept, one.Replaced));
    }

    [Fact]
    public async Task Only_the_named_sessions_are_made_again()
    {
        await ImportAsync(Notes(says: "first"), "a.jsonl", "one");
        await ImportAsync(Notes(says: "first"), "b.jsonl", "two");

        var done = await RereadAsync(Notes(says: "second"), "b");

        Assert.Equal((1, 1), (done.Originals, done.Replaced));
        Assert.Equal("first: one", (await FindAsync("a")).Session.Says());
        var error = await Assert.ThrowsAsync<ChatSessionException>(() => RereadAsync(Notes(says: "third"), "b", "nowhere"));
        Assert.Contains("No imported session 'nowhere'", error.Message);
        Assert.Equal("second: two", (await FindAsync("b")).Session.Says());
    }

    [Fact]
    public async Task New_sessions_of_an_original_are_added_but_not_those_that_were_deleted()
    {
        await ImportAsync(Notes("first", sides: ["x", "y"]), "a.jsonl", "one");
        await archive.DeleteAsync(ArchiveOwners.Local, "a.x", Cancelled);

        var done = await RereadAsync(Notes("first", sides: ["x", "y", "z"]));

        Assert.Equal((2, 1, 0), (done.Unchanged, done.Added, done.Replaced));
        Assert.Equal([new("a.z", true, null, 1, null)], told);
        Assert.Null(await archive.FindAsync(ArchiveOwners.Local, "a.x", Cancelled));
        Assert.Equal(3, Assert.Single((await archive.ListOriginalsAsync(ArchiveOwners.Local, Cancelled)).Originals).SessionIds.Count);
    }

    [Fact]
    public async Task What_this_version_cannot_make_is_told_and_left_as_it_is()
    {
        await ImportAsync(Notes("first", sides: ["x"]), "a.jsonl", "one");

        var without = await RereadAsync(Notes("first"));
        var unknown = await RereadAsync(ImportFormats.Known);

        Assert.Equal((1, 1), (without.Unchanged, without.LeftAlone));
        Assert.Equal((0, 2), (unknown.Unchanged, unknown.LeftAlone));
        Assert.Equal("this version makes no such session of its original", told[0].Reason);
        Assert.Equal("this version does not read the format 'notes'", told[1].Reason);
        Assert.NotNull(await archive.FindAsync(ArchiveOwners.Local, "a.x", Cancelled));
    }

    [Fact]
    public async Task An_earlier_state_stays_one()
    {
        await ImportAsync(Notes(says: "first"), "a.jsonl", "one");
        await ImportAsync(Notes(says: "first"), "a.jsonl", "two");
        Assert.Equal("first: one", (await FindAsync("a.earlier-1")).Session.Says());

        var done = await RereadAsync(Notes(says: "second"));
        var again = await RereadAsync(Notes(says: "second"));

        Assert.Equal((2, 0), (done.Replaced, done.Added));
        Assert.Equal(2, again.Unchanged);
        var earlier = (await FindAsync("a.earlier-1")).Session;
        Assert.Equal(("second: one", "a"), (earlier.Says(), EarlierState.Of(earlier)));
        Assert.Equal("second: two", (await FindAsync("a")).Session.Says());
        Assert.Empty(await archive.Maintenance.VerifyAsync(Cancelled));
    }

    [Fact]
    public async Task It_can_be_stopped_and_the_next_run_does_the_rest()
    {
        for (var number = 0; number < 5; number++)
            await ImportAsync(Notes("first", padding: 9 << 20), $"s{number}.jsonl", "one");

        StopAfter = 3;
        var stopped = await RereadAsync(Notes("second", padding: 9 << 20));
        StopAfter = int.MaxValue;
        var rest = await RereadAsync(Notes("second", padding: 9 << 20));

        // Two fill a batch; the third was not saved.
        Assert.Equal((true, 2), (stopped.IsStopped, stopped.Replaced));
        Assert.Equal((false, 3, 2), (rest.IsStopped, rest.Replaced, rest.Unchanged));
        Assert.Equal(5, told.Count);
    }

    /// <summary>A program that writes a note a line; the file's name is the session's id.</summary>
    /// <param name="says">What this version of the importer makes of them.</param>
    /// <param name="sides">Further sessions that it makes of a file.</param>
    private static ImportFormats Notes(string says, string[]? sides = null, int padding = 0)
    {
        ImportFormat? format = null;
        format = new ImportFormat(Read)
        {
            Name = "notes",
            Holds = "notes",
            IsTranscript = true,
            IsRecord = fields => fields.Has("note") || fields.Has("data"),
        };
        return new ImportFormats(format);

        IEnumerable<ImportedSession> Read(ImportRecords records, Action<ChatSessionException> broken, CancellationToken cancellationToken)
        {
            var notes = records
                .Transcript(broken, cancellationToken)
                .Select(record => record.Property("note").AsString() ?? record.Property("data").AsString())
                .ToList();
            foreach (var side in (string[])["", .. (sides ?? []).Select(side => "." + side)])
            {
                var text = SessionText.Of(
                    records.Origin.FileName + side,
                    SessionText.LongAgo,
                    $"{says}: {string.Join(' ', notes)}{new string(' ', padding)}"
                );
                var session = SessionJson.Read(System.Text.Encoding.UTF8.GetBytes(text), records.Origin.Name);
                yield return new ImportedSession(session, format!, null, []);
            }
        }
    }

    private Task<ImportProgress> ImportAsync(ImportFormats formats, string name, string notes, string more = "")
    {
        var lines = notes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(note => $$"""{"note":"{{note}}"}""");
        Write($"files/{name}", string.Join('\n', [.. lines, more]));
        return ImportAsync(formats, PathOf($"files/{name}"));
    }

    private Task<ImportProgress> ImportAsync(ImportFormats formats, string? path = null) =>
        new ArchiveImport(archive, ArchiveOwners.Local, Time, FileSource.DefaultMaxSessionBytes, formats).RunAsync(
            [path ?? PathOf("files")],
            [],
            [],
            format: null,
            _ => { },
            this,
            Cancelled
        );

    private async Task<RereadProgress> RereadAsync(ImportFormats formats, params string[] ids)
    {
        using (stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled))
        {
            var reread = new ArchiveReread(archive, ArchiveOwners.Local, Time, FileSource.DefaultMaxSessionBytes, formats);
            return await reread.RunAsync(ids, told.Add, this, stop.Token);
        }
    }

    private async Task<ArchivedSession> FindAsync(string id) => (await archive.FindAsync(ArchiveOwners.Local, id, Cancelled))!;
}
