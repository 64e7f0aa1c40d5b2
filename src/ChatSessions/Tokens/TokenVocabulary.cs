using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ChatSessions.Tokens;

/// <summary>
/// The tokens of o200k_base and their ranks, searched inside the assembly's file. Nothing is read at the start and nothing is copied, so a
/// process has only the pages in memory that it used, and shares them with other processes.
/// </summary>
/// <remarks>
/// The resource o200k_base.bin is little-endian. It begins with three 32-bit integers for each length from 1 to <see cref="MaxLength"/>
/// bytes: where the length's buckets are, where its records are, and how many bits a bucket's number has. A record is a token's bytes and
/// its rank in three bytes; records are ordered by <see cref="Bucket"/>. Each bucket has the 16-bit number of its first record, and one
/// more number marks the end. With buckets instead of sorted bytes, a look-up, especially a failing one, costs two reads of memory instead
/// of a dozen. tests/Benchmarks/Vocabulary.cs writes the file.
/// </remarks>
internal sealed unsafe class TokenVocabulary
{
    /// <summary>The rank of bytes that are not a token; higher than every rank.</summary>
    public const int NoRank = int.MaxValue;

    /// <summary>The length of the longest token, in bytes.</summary>
    public const int MaxLength = 128;

    /// <summary>The bytes of the header of one length.</summary>
    public const int HeaderSize = 3 * sizeof(uint);

    /// <summary>The bytes of a rank.</summary>
    public const int RankSize = 3;

    public static readonly TokenVocabulary Embedded = new();

    private readonly byte* _file;

    private TokenVocabulary()
    {
        // The stream reads the mapped file itself, in an assembly and in a native program. It stays mapped.
        var stream = (UnmanagedMemoryStream?)typeof(TokenVocabulary).Assembly.GetManifestResourceStream("o200k_base.bin");
        _file = stream is null
            ? throw new InvalidOperationException("The assembly has no resource o200k_base.bin.")
            : stream.PositionPointer;
    }

    /// <summary>The number of tokens.</summary>
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
            if (IsAt(record, ref MemoryMarshal.GetReference(token), length))
                return record[length] | (record[length + 1] << 8) | (record[length + 2] << 16);
        }
        return NoRank;
    }

    /// <summary>Whether a record has the bytes of a token. Two numbers that overlap hold all bytes of a short one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsAt(byte* record, ref byte token, int length) =>
        length switch
        {
            > 2 * sizeof(ulong) => MemoryMarshal.CreateReadOnlySpan(ref token, length).SequenceEqual(new(record, length)),
            >= sizeof(ulong) => IsSame<ulong>(record, ref token, 0) && IsSame<ulong>(record, ref token, length - sizeof(ulong)),
            >= sizeof(uint) => IsSame<uint>(record, ref token, 0) && IsSame<uint>(record, ref token, length - sizeof(uint)),
            >= sizeof(ushort) => IsSame<ushort>(record, ref token, 0) && IsSame<ushort>(record, ref token, length - sizeof(ushort)),
            _ => *record == token,
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSame<T>(byte* record, ref byte token, int at)
        where T : unmanaged, IEquatable<T> => Read<T>(record + at).Equals(Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref token, at)));

    /// <summary>The bucket of a token, one of 2^<paramref name="bits"/>.</summary>
    public static uint Bucket(ReadOnlySpan<byte> token, int bits)
    {
        // Any good hash will do. This one uses the odd multiplier of Fibonacci hashing, eight bytes at a time.
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
