using System.Globalization;
using System.Text;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Tests;

namespace Fuzzing;

/// <summary>An archive with bytes that are overwritten. An input is the places and the bytes: <c>4096:255 8000:0</c>.</summary>
internal sealed class ArchiveTarget() : FuzzTarget("archive")
{
    private const string Owner = ArchiveOwners.Local;
    private const int Sessions = 12;
    private static readonly string[] Queries = ["lamp", "\"lamp w1\"", "w3*"];

    private string folder = "";
    private byte[]? whole;

    public override int InputsInTests => 60;

    private string File => Path.Combine(folder, "archive.db");

    /// <summary>Half of the damage is where the head of a page is, which says what follows.</summary>
    public override byte[] Make(Random random)
    {
        var length = Whole().Length;
        var changes = Enumerable
            .Range(0, random.Next(1, random.Next(2) == 0 ? 4 : 200))
            .Select(_ => random.Next(2) == 0 ? random.Next(length) : random.Next(length / 4096) * 4096 + random.Next(120))
            .Select(at => string.Create(CultureInfo.InvariantCulture, $"{at}:{random.Next(256)}"));
        return Encoding.UTF8.GetBytes(string.Join(' ', changes));
    }

    public override async Task RunAsync(byte[] input, CancellationToken cancellationToken)
    {
        var damaged = Whole().ToArray();
        foreach (var change in Encoding.UTF8.GetString(input).Split(' '))
        {
            var parts = change.Split(':');
            damaged[int.Parse(parts[0], CultureInfo.InvariantCulture)] = byte.Parse(parts[1], CultureInfo.InvariantCulture);
        }
        foreach (var left in Directory.GetFiles(folder))
            System.IO.File.Delete(left);
        await System.IO.File.WriteAllBytesAsync(File, damaged, cancellationToken);
        ISessionArchive? archive = null;
        await TryAsync(() => Task.FromResult(archive = SessionArchive.Open(File)));
        if (archive is null)
            return;
        using (archive)
            await UseAsync(archive, cancellationToken);
    }

    public override ValueTask DisposeAsync()
    {
        if (whole is not null)
            Directory.Delete(folder, recursive: true);
        return base.DisposeAsync();
    }

    private static async Task UseAsync(ISessionArchive archive, CancellationToken cancellationToken)
    {
        await TryAsync(() => archive.ListAsync(Owner, new SessionFilter(), null, 20, cancellationToken));
        for (var number = 0; number < Sessions; number++)
        {
            var id = $"ses-{number}";
            await TryAsync(async () => (await archive.FindAsync(Owner, id, cancellationToken))?.Session.Turns.Length);
            await TryAsync(() => archive.FindSummaryAsync(Owner, id, cancellationToken));
        }
        foreach (var query in Queries)
            await TryAsync(() =>
                archive.SearchAsync(new OutgoingDoor(), [Owner], SearchQuery.Parse(query), SearchFilter.All, 10, null, cancellationToken)
            );
        await TryAsync(() => archive.CountAsync(Owner, cancellationToken));
        await TryAsync(() => archive.ListOriginalsAsync(Owner, cancellationToken));
        await TryAsync(() => archive.Maintenance.VerifyAsync(cancellationToken));
        await TryAsync(async () =>
        {
            await foreach (
                var exported in archive.Maintenance.ExportAsync(Owner, loss => Fuzz.CheckSentence(loss.Message), cancellationToken)
            )
                _ = exported.Session.Turns;
            return 0;
        });
        await TryAsync(() => archive.SaveAsync(Owner, Archived(0, "again"), cancellationToken));
        await TryAsync(() => archive.DeleteAsync(Owner, "ses-1", cancellationToken));
    }

    private static async Task TryAsync<T>(Func<Task<T>> use)
    {
        try
        {
            await use();
        }
        catch (ChatSessionException refusal)
        {
            Fuzz.CheckSentence(refusal.Message);
        }
    }

    private byte[] Whole()
    {
        if (whole is not null)
            return whole;
        folder = Directory.CreateTempSubdirectory("chat-fuzz-").FullName;
        using (var archive = SessionArchive.Open(File))
            archive.SaveAllAsync(Owner, [.. Enumerable.Range(0, Sessions).Select(number => Archived(number, "lamp"))], default).Wait();
        return whole = System.IO.File.ReadAllBytes(File);
    }

    private static ArchivedSession Archived(int number, string word)
    {
        var random = new Random(number);
        var texts = Enumerable.Range(0, 20).Select(_ => Some.Text($"{word} w{random.Next(50)} w{random.Next(50)}"));
        var session = Some.Session(
            $"ses-{number}",
            $"Session {number}",
            [Some.UserInput("Q"), .. texts, Some.ToolUse("bash"), Some.Stop()]
        );
        return new(session, SessionOrigin.File, DateTimeOffset.UnixEpoch);
    }
}
