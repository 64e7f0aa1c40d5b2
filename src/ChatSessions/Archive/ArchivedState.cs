using System.Security.Cryptography;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Archive;

/// <summary>
/// A state of a session, to compare with another: whether one has everything that the other has. What it was made of decides. Only if that
/// is not known, or differs, are the events compared, and of these only what was said, called and returned: an importer may add times and
/// models to them, or take an input for a context.
/// </summary>
internal sealed class ArchivedState(ArchivedSession archived)
{
    public ArchivedSession Archived => archived;

    private HashSet<UInt128> Contents => field ??= [.. archived.Session.Events.Select(ContentOf).OfType<UInt128>()];

    /// <summary>Whether this state has everything that the other has.</summary>
    public bool Covers(ArchivedState other) => CoversRecords(other) || other.Contents.IsSubsetOf(Contents);

    /// <summary>Whether this state was made of everything that the other was made of. False if that is not known of both.</summary>
    public bool CoversRecords(ArchivedState other) =>
        archived.Original is { } whole && other.Archived.Original is { } part && Covers(whole, part);

    /// <summary>
    /// Whether an original has all records of another, with or without their data in base64. A damaged one has none, and is covered by none.
    /// </summary>
    public static bool Covers(Original whole, Original part)
    {
        // Most files only grow, so most of their parts are the same.
        var same = whole
            .Parts.Zip(part.Parts)
            .TakeWhile(both => both.First.Bytes == both.Second.Bytes && both.First.Body.Span.SequenceEqual(both.Second.Body.Span))
            .Count();
        if (same == part.Parts.Length)
            return true;
        try
        {
            return same > 0 && Has(whole, part, same) || Has(whole, part, firstPart: 0);
        }
        catch (ChatSessionException)
        {
            return false;
        }
    }

    private static bool Has(Original whole, Original part, int firstPart)
    {
        var records = RecordsOf(whole, firstPart).ToHashSet();
        return RecordsOf(part, firstPart).All(records.Contains);
    }

    private static IEnumerable<UInt128> RecordsOf(Original original, int firstPart)
    {
        using var bytes = new OriginalStream(original, firstPart);
        var reader = new RecordReader(bytes, original.IsLines, new RecordLimits(original.Name, long.MaxValue, isCompressed: false));
        while (reader.Read(CancellationToken.None))
            yield return HashOfRecord(reader.Utf8.Span);
    }

    private static UInt128 HashOfRecord(ReadOnlySpan<byte> record)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        EncodedData.Hash(hash, record);
        Span<byte> sum = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(sum);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(sum);
    }

    /// <summary>A hash of what an event says; null if it says nothing.</summary>
    private static UInt128? ContentOf(SessionEvent one)
    {
        var said = one switch
        {
            ContentEvent content => content.Recorded,
            ToolCallEvent call => call.Arguments,
            ToolResultEvent result => result.Result,
            StopEvent => one.Json.Property("error"),
            UnknownEvent { Type: "context" } => one.Json.Property("content"),
            UnknownEvent { Type: "record" } => one.Json.Property("record"),
            _ => one.Json,
        };
        var utf8 = said.Utf8.Span;
        return utf8.Length <= 2 || utf8.SequenceEqual("null"u8) ? null : HashOf(utf8);
    }

    /// <summary>Long enough that no two records have the same one.</summary>
    private static UInt128 HashOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
