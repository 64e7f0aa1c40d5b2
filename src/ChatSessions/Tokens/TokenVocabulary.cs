using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ChatSessions.Tokens;

/// <summary>
/// The tokens of o200k_base and their ranks, searched where they lie in the assembly's file: nothing is read at the start
/// and nothing copied, so a process has in its memory only the pages it asked for, shared with every other one.
/// </summary>
/// <remarks>
/// The resource o200k_base.bin is little-endian. For each length from 1 to <see cref="MaxLength"/> bytes it begins with
/// where the length's buckets are, where its records are and how many bits number its buckets (three 32-bit integers).
/// A record is a token's bytes and its rank in three bytes; records are in the order of their <see cref="Bucket"/>.
/// For each bucket there is the 16-bit number of its first record, and one number more for the end. Buckets rather than
/// sorted bytes, because a look-up, a failing one above all, then costs two reads of memory rather than a dozen.
/// tests/Benchmarks/Vocabulary.cs writes it.
/// </remarks>
internal sealed unsafe class TokenVocabulary
{
    /// <summary>The rank of bytes that are no token: above every rank.</summary>
    public const int NoRank = int.MaxValue;

    /// <summary>The bytes of the longest token.</summary>
    public const int MaxLength = 128;

    /// <summary>The bytes of what the file says of one length.</summary>
    public const int HeaderSize = 3 * sizeof(uint);

    /// <summary>The bytes of a rank.</summary>
    public const int RankSize = 3;

    public static readonly TokenVocabulary Embedded = new();

    private readonly byte* _file;

    private TokenVocabulary()
    {
        // The stream is over the mapped file itself, both for an assembly and for a native program, and that stays mapped.
        var stream = (UnmanagedMemoryStream?)typeof(TokenVocabulary).Assembly.GetManifestResourceStream("o200k_base.bin");
        _file = stream is null
            ? throw new InvalidOperationException("The assembly has no resource o200k_base.bin.")
            : stream.PositionPointer;
    }

    /// <summary>How many tokens there are.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            for (int length = 1; length <= MaxLength; length++)
            {
                byte* header = _file + (length - 1) * HeaderSize;
                count += Read<ushort>(_file + Read<uint>(header) + (sizeof(ushort) << Read<int>(header + 8)));
            }
            return count;
        }
    }

    /// <summary>The rank of <paramref name="token"/>, or <see cref="NoRank"/>.</summary>
    public int Rank(ReadOnlySpan<byte> token)
    {
        int length = token.Length;
        if (length is 0 or > MaxLength)
            return NoRank;
        byte* header = _file + (length - 1) * HeaderSize;
        byte* bucket = _file + Read<uint>(header) + sizeof(ushort) * Bucket(token, Read<int>(header + 8));
        int stride = length + RankSize;
        byte* records = _file + Read<uint>(header + 4);
        byte* end = records + Read<ushort>(bucket + sizeof(ushort)) * stride;
        for (byte* record = records + Read<ushort>(bucket) * stride; record < end; record += stride)
        {
            if (token.SequenceEqual(new ReadOnlySpan<byte>(record, length)))
                return record[length] | (record[length + 1] << 8) | (record[length + 2] << 16);
        }
        return NoRank;
    }

    /// <summary>Which of 2^<paramref name="bits"/> buckets a token is in.</summary>
    public static uint Bucket(ReadOnlySpan<byte> token, int bits)
    {
        // Any good mixture does; this one is of the odd multiplier of Fibonacci hashing, eight bytes at a time.
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        ulong hash = 0;
        for (; token.Length > sizeof(ulong); token = token[sizeof(ulong)..])
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(token));
        ulong rest = token.Length switch
        {
            >= 4 => MemoryMarshal.Read<uint>(token) | ((ulong)MemoryMarshal.Read<uint>(token[^4..]) << 32),
            >= 2 => MemoryMarshal.Read<ushort>(token) | ((ulong)MemoryMarshal.Read<ushort>(token[^2..]) << 32),
            1 => token[0],
            _ => 0,
        };
        return (uint)(Mix(hash ^ rest) >> 32) >> 1 >> (31 - bits);

        static ulong Mix(ulong value)
        {
            value *= Multiplier;
            return (value ^ (value >> 32)) * Multiplier;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Read<T>(byte* at)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(at);
}
