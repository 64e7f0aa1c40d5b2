using System.IO.Compression;
using System.Reflection;
using ChatSessions.Tokens;

namespace Benchmarks;

/// <summary>Writes o200k_base.bin, in the layout that <see cref="TokenVocabulary"/> describes, from Microsoft's package of the vocabulary.</summary>
internal static class Vocabulary
{
    private const int RecordsPerBucket = 4;

    public static void Write(string path)
    {
        var lengths = ReadPackage().ToLookup(token => token.Bytes.Length);
        if (lengths.Max(length => length.Key) > TokenVocabulary.MaxLength)
            throw new InvalidDataException("A token is longer than the layout provides for.");

        using var file = new BinaryWriter(File.Create(path));
        using var body = new MemoryStream();
        using var writer = new BinaryWriter(body);
        for (int length = 1; length <= TokenVocabulary.MaxLength; length++)
        {
            int bits = int.Log2(Math.Max(1, lengths[length].Count() / RecordsPerBucket));
            var buckets = lengths[length].ToLookup(token => TokenVocabulary.Bucket(token.Bytes, bits));
            file.Write(Position(body));
            ushort records = 0;
            for (uint bucket = 0; bucket < 1u << bits; bucket++)
            {
                writer.Write(records);
                records = checked((ushort)(records + buckets[bucket].Count()));
            }
            writer.Write(records);

            file.Write(Position(body));
            file.Write(bits);
            foreach (var (bytes, rank) in Enumerable.Range(0, 1 << bits).SelectMany(bucket => buckets[(uint)bucket]))
            {
                writer.Write(bytes);
                writer.Write(BitConverter.GetBytes(rank).AsSpan(0, TokenVocabulary.RankSize));
            }
        }
        writer.Flush();
        body.WriteTo(file.BaseStream);
    }

    private static uint Position(Stream body) => (uint)(TokenVocabulary.MaxLength * TokenVocabulary.HeaderSize + body.Position);

    /// <summary>The package's file is a line that says how many lines follow, then a token in base64 per line, in the order of the ranks.</summary>
    private static List<(byte[] Bytes, int Rank)> ReadPackage()
    {
        var package = Assembly.Load("Microsoft.ML.Tokenizers.Data.O200kBase");
        using var resource = package.GetManifestResourceStream("o200k_base.tiktoken.deflate")!;
        using var reader = new StreamReader(new DeflateStream(resource, CompressionMode.Decompress));
        reader.ReadLine();
        var tokens = new List<(byte[], int)>();
        for (int rank = 0; reader.ReadLine() is { } line; rank++)
        {
            if (line.Length > 0)
                tokens.Add((Convert.FromBase64String(line), rank));
        }
        return tokens;
    }
}
