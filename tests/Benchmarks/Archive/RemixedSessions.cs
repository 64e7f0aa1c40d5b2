using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Benchmarks.Archive;

/// <summary>
/// Any number of sessions of a realistic mix, made one at a time: windows of the events of other sessions, in which words are renamed,
/// the same way throughout a session, identifiers coined, and numbers and ids changed. The same number makes the same bytes.
/// </summary>
internal sealed class RemixedSessions(Material material)
{
    /// <summary>The median of a session's events; the mean is half as much again, since a few are long.</summary>
    private const double MedianEvents = 22;

    private const double Spread = 0.9;

    private const int Projects = 200;

    private readonly ArrayBufferWriter<byte> json = new(1 << 20);

    public static string Id(int number) => $"ses-{Mix((ulong)number + 77):x16}";

    /// <summary>The folder in which the session with this number was recorded.</summary>
    public static string Project(int number) => $"/home/ann/src/team-{Mix((ulong)number) % 8}/project-{Mix((ulong)number) % Projects}";

    /// <summary>The session with this number; later numbers were updated later.</summary>
    public byte[] Json(int number)
    {
        var random = new Random(number);
        var secret = Mix((ulong)number * 1_000_003 + 1);
        var events = Math.Clamp((int)(MedianEvents * Math.Exp(Spread * Normal(random))), 4, 2_000);
        var session = material.Sessions[material.Starts[random.Next(material.Starts.Length)]];
        var position = random.Next(3) == 0 ? 0 : random.Next(session.Events.Length);
        json.ResetWrittenCount();
        WriteHead(number, events, session.Title, secret, random);
        for (var written = 0; written < events - 1; written++)
        {
            if (position == session.Events.Length)
                (session, position) = (material.Sessions[material.Starts[random.Next(material.Starts.Length)]], 0);
            var @event = session.Events[position++];
            var (text, end) = (@event.TextStart, @event.TextStart + @event.TextLength);
            json.Write(@event.Json.Span[..text]);
            WriteRemixed(@event.Json.Span[text..end], secret, random);
            json.Write(@event.Json.Span[end..]);
            json.Write(","u8);
        }
        Write(
            $$$"""{"type":"stop","is_error":false,"error":null,"usage":{"duration_ms":{{{random.Next(900_000)}}},"turns":{{{events / 4}}}}}]}"""
        );
        return json.WrittenSpan.ToArray();
    }

    private void WriteHead(int number, int events, string title, ulong secret, Random random)
    {
        var updated = new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(number * 7.0).AddTicks(random.Next(600_000_000));
        Write($$"""{"session_id":"{{Id(number)}}","last_updated_at":"{{updated:yyyy-MM-ddTHH:mm:ss.ffffff}}","generated_title":""");
        WriteRemixed(Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(title)}\""), secret, random);
        Write(
            $$$""","source":{"format":"{{{(number % 3 == 0 ? "codex" : "claude-code")}}}","cwd":"{{{Project(number)}}}"{{{Parent(number)}}}},"index_ids":[],"job_metadata":{"is_error":{{{(random.Next(10) == 0 ? "true" : "false")}}},"turns":{{{events / 4}}}},"events":["""
        );
    }

    /// <summary>Every fifth session is a subagent's.</summary>
    private static string Parent(int number) =>
        number % 5 == 0 ? $",\"parent_session_id\":\"{Id(number + 1)}\",\"description\":\"look around\"" : "";

    private void WriteRemixed(ReadOnlySpan<byte> text, ulong secret, Random random)
    {
        // Told by index, since a span cannot be kept in a closure.
        var runs = new List<(int Start, int Length, int Digits)>();
        Runs.ForEach(text, (run, start, digits) => runs.Add((start, run.Length, digits)));
        var plain = 0;
        foreach (var (start, length, digits) in runs)
        {
            var run = text.Slice(start, length);
            var hash = Mix(Hash(run) ^ secret);
            json.Write(text[plain..start]);
            plain = start + length;
            if (digits == 0)
                WriteWord(run, hash, random);
            else if (digits < length ? length >= 6 : length >= 3 && hash % 2 == 0)
                WriteChanged(run, hash);
            else
                json.Write(run);
        }
        json.Write(text[plain..]);
    }

    /// <summary>A quarter of a session's words are others than in the next session, and a few anywhere; some become identifiers.</summary>
    private void WriteWord(ReadOnlySpan<byte> word, ulong hash, Random random)
    {
        var isStray = random.Next(25) == 0;
        if (!Material.IsWord(word) || (!isStray && hash % 100 >= 25))
        {
            json.Write(word);
            return;
        }
        if (isStray)
            hash = Mix((ulong)random.NextInt64());
        json.Write(Pick(hash >> 8, exponent: 3));
        if (isStray || (hash >> 40) % 4 != 0)
            return;
        var second = Pick(hash >> 20, exponent: 1);
        if (hash % 2 == 0)
            json.Write("_"u8);
        json.Write(hash % 2 == 0 ? second : [(byte)(second[0] & ~0x20), .. second.AsSpan(1)]);
    }

    /// <summary>A word; with a larger exponent more often a frequent one.</summary>
    private byte[] Pick(ulong hash, double exponent)
    {
        var place = (hash & 0xFFFFFF) / (double)0x1000000;
        return material.Words[(int)(material.Words.Length * Math.Pow(place, exponent))];
    }

    /// <summary>Another number or id of the same form.</summary>
    private void WriteChanged(ReadOnlySpan<byte> run, ulong hash)
    {
        var changed = json.GetSpan(run.Length)[..run.Length];
        for (var at = 0; at < run.Length; at++)
        {
            hash = Mix(hash);
            changed[at] = run[at] switch
            {
                >= (byte)'0' and <= (byte)'9' when at == 0 => (byte)('1' + hash % 9),
                >= (byte)'0' and <= (byte)'9' => (byte)('0' + hash % 10),
                >= (byte)'a' and <= (byte)'f' => (byte)('a' + hash % 6),
                >= (byte)'a' => (byte)('a' + hash % 26),
                _ => (byte)('A' + hash % 26),
            };
        }
        json.Advance(run.Length);
    }

    private void Write(string text) => json.Write(Encoding.UTF8.GetBytes(text));

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var one in bytes)
            hash = (hash ^ one) * 1099511628211UL;
        return hash;
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCDUL;
        value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53UL;
        return value ^ (value >> 33);
    }
}
