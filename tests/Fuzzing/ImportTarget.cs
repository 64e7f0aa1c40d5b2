using System.IO.Compression;
using System.Text;
using ChatSessions.Importing;
using ChatSessions.Json;
using ChatSessions.Model;

namespace Fuzzing;

/// <summary>
/// Files of other programs in every import format, changed. An input is a line with the format that is asked for, or <c>any</c>, and then the
/// file.
/// </summary>
internal sealed class ImportTarget() : FuzzTarget("import")
{
    private const long LargestSession = 16 << 20;

    /// <summary>The formats in turn, so that each has as many inputs.</summary>
    public override int InputsInTests => 28 * 12;

    public override byte[] Make(Random random)
    {
        var formats = ImportFormats.Known.All;
        var format = formats[random.Next(formats.Count)];
        var fixtures = ImportFixtures.Of(format);
        var file = fixtures[random.Next(fixtures.Count)];
        if (random.Next(6) == 0)
            file = Joined(random, file, fixtures[random.Next(fixtures.Count)]);
        var asked = random.Next(2) == 0 ? format.Name : "any";
        file = Mutations.Mutate(random, file);
        if (random.Next(12) == 0)
            file = Mutations.Mutate(random, Gzip(file));
        return [.. Encoding.UTF8.GetBytes($"{asked}\n"), .. file];
    }

    public override Task RunAsync(byte[] input, CancellationToken cancellationToken)
    {
        var head = Array.IndexOf(input, (byte)'\n');
        var asked = Encoding.UTF8.GetString(input.AsSpan(0, head));
        var path = Path.Combine(Path.GetTempPath(), $"fuzz-{Environment.ProcessId}-{Guid.NewGuid():N}.jsonl");
        File.WriteAllBytes(path, input[(head + 1)..]);
        try
        {
            var format = asked == "any" ? null : ImportFormats.Known.Parse(asked);
            foreach (var imported in SessionImport.Read(path, format, LargestSession, Check, cancellationToken))
                DerivedForms.Check(SessionJson.Read(imported.Session.Json.Utf8, "The imported session"), cancellationToken);
        }
        catch (ChatSessionException refusal) when (!refusal.Message.StartsWith("The imported session", StringComparison.Ordinal))
        {
            Check(refusal);
        }
        finally
        {
            File.Delete(path);
        }
        return Task.CompletedTask;
    }

    private static byte[] Gzip(byte[] file)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(file);
        return packed.ToArray();
    }

    private static void Check(ChatSessionException problem) => Fuzz.CheckSentence(problem.Message);

    /// <summary>Lines of one file in another.</summary>
    private static byte[] Joined(Random random, byte[] one, byte[] other)
    {
        var lines = Encoding.UTF8.GetString(one).Split('\n').ToList();
        foreach (var line in Encoding.UTF8.GetString(other).Split('\n'))
            lines.Insert(random.Next(lines.Count + 1), line);
        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }
}
