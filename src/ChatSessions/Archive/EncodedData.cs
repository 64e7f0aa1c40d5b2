using System.Buffers;
using System.Security.Cryptography;

namespace ChatSessions.Archive;

/// <summary>Finds long values in base64 that are data by the name of their field, or by the <c>data:</c> before them.</summary>
internal static class EncodedData
{
    /// <summary>What base64 has for zeros.</summary>
    public const byte Zero = (byte)'A';

    private const int MinLength = 256;

    /// <summary>The longest beginning of a data URI that is looked at.</summary>
    private const int LongestMediaType = 128;

    private static readonly SearchValues<byte> Letters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8
    );

    /// <summary>Where the first such value is, without the padding at its end; null if the text has no such value.</summary>
    public static Range? Find(ReadOnlySpan<byte> json)
    {
        for (var from = 0; NextRun(json, from) is var (start, end); from = end)
            if (IsData(json, start, end))
                return start..end;
        return null;
    }

    /// <summary>Adds a text to a hash, with only the lengths of such values: the same for a record and for what an original kept of it.</summary>
    public static void Hash(IncrementalHash hash, ReadOnlySpan<byte> json)
    {
        while (Find(json) is { } data)
        {
            var (start, length) = data.GetOffsetAndLength(json.Length);
            hash.AppendData(json[..start]);
            hash.AppendData(BitConverter.GetBytes(length));
            json = json[(start + length)..];
        }
        hash.AppendData(json);
    }

    /// <summary>Whether a session shows zeros where its record had data that was not kept.</summary>
    public static bool HasZeros(ReadOnlySpan<byte> json)
    {
        Span<byte> zeros = stackalloc byte[MinLength];
        zeros.Fill(Zero);
        return json.IndexOf(zeros) >= 0;
    }

    /// <summary>The next run of letters that is long enough. It looks at the end of where one may be first, so it skips most bytes.</summary>
    private static (int Start, int End)? NextRun(ReadOnlySpan<byte> json, int from)
    {
        while (from + MinLength <= json.Length)
        {
            var other = json.Slice(from, MinLength).LastIndexOfAnyExcept(Letters);
            if (other >= 0)
            {
                from += other + 1;
                continue;
            }
            var length = json[from..].IndexOfAnyExcept(Letters);
            return (from, length < 0 ? json.Length : from + length);
        }
        return null;
    }

    /// <summary>Whether the run is a whole JSON string, or all of it after the beginning of a data URI.</summary>
    private static bool IsData(ReadOnlySpan<byte> json, int start, int end)
    {
        var after = json[end..];
        after = after[Math.Max(after.IndexOfAnyExcept((byte)'='), 0)..];
        if (start == 0 || after.IsEmpty || after[0] != '"')
            return false;
        var before = json[..start];
        if (before.EndsWith(";base64,"u8))
        {
            before = before[Math.Max(before.Length - LongestMediaType, 0)..];
            var quote = before.LastIndexOf((byte)'"');
            return quote > 0 && before[quote - 1] != '\\' && before[(quote + 1)..].StartsWith("data:"u8);
        }
        if (before[^1] != '"')
            return false;
        var name = before[..^1].TrimEnd(" \t\r\n"u8);
        if (!name.EndsWith(":"u8))
            return false;
        name = name[..^1].TrimEnd(" \t\r\n"u8);
        return name.EndsWith("\"data\""u8)
            || name.EndsWith("\"blob\""u8)
            || name.EndsWith("\"base64\""u8)
            || name.EndsWith("\"b64_json\""u8)
            || name.EndsWith("\"result\""u8)
            || name.EndsWith("\"encrypted_content\""u8)
            || name.EndsWith("\"signature\""u8);
    }
}
