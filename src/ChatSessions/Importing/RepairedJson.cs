using System.Buffers;
using System.Text;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Records with a few bytes that JSON does not allow: NULs that a crash left behind, raw control characters in strings, bytes that are not
/// UTF-8. Only these are replaced.
/// </summary>
internal static class RepairedJson
{
    /// <summary>The repaired record; missing if that does not make it JSON.</summary>
    public static RawJson Of(ReadOnlySpan<byte> line)
    {
        try
        {
            return RawJson.Parse(Repair(line));
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>The record behind the last NULs of a line whose beginning is lost; missing if there is none.</summary>
    public static RawJson AtEnd(ReadOnlySpan<byte> line) =>
        line.LastIndexOf((byte)0) is >= 0 and var last ? Of(line[(last + 1)..]) : default;

    /// <summary>Whether it is JSON as far as it goes, but incomplete. NULs alone are the place of what was never written.</summary>
    public static bool BreaksOff(ReadOnlyMemory<byte> line)
    {
        var json = new Utf8JsonReader(Repair(line.Span), isFinalBlock: false, new JsonReaderState(RawJson.AnyDepth));
        try
        {
            while (json.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Escapes control characters in strings, drops NULs elsewhere, and replaces what is not UTF-8.</summary>
    private static byte[] Repair(ReadOnlySpan<byte> line)
    {
        if (!System.Text.Unicode.Utf8.IsValid(line))
            line = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line));
        var repaired = new ArrayBufferWriter<byte>(line.Length + 16);
        var (isInString, isEscaped) = (false, false);
        foreach (var one in line)
        {
            if (one >= 0x20 || (!isInString && one != 0))
            {
                repaired.Write([one]);
                isInString ^= one == '"' && !isEscaped;
                isEscaped = isInString && one == '\\' && !isEscaped;
            }
            else if (isInString)
            {
                repaired.Write(Encoding.ASCII.GetBytes(isEscaped ? $"u{(int)one:x4}" : $"\\u{(int)one:x4}"));
                isEscaped = false;
            }
        }
        return repaired.WrittenSpan.ToArray();
    }
}
