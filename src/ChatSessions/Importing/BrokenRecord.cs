using System.Buffers;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// A record whose first line breaks off. The next lines may belong to it, if its texts have raw line feeds. How often it is tried is limited,
/// because each try reads it from its beginning.
/// </summary>
/// <param name="maxBytes">How long it may become.</param>
internal sealed class BrokenRecord(long maxBytes)
{
    private const int MaxLines = 10_000;
    private const int MaxTries = 50;
    private const long MaxTriedBytes = 256 << 20;

    private readonly ArrayBufferWriter<byte> text = new();
    private int tries;
    private long triedBytes;

    /// <summary>The fault of each of its lines; empty if there is no such record.</summary>
    public List<ChatSessionException> Faults { get; } = [];

    /// <summary>The record, repaired; missing if it is not complete.</summary>
    public RawJson Whole
    {
        get
        {
            var isEnd = text.WrittenSpan.TrimEnd(" \t\r\n"u8).EndsWith("}"u8);
            if (!isEnd || ++tries > MaxTries || (triedBytes += text.WrittenCount) > MaxTriedBytes)
                return default;
            return RepairedJson.Of(text.WrittenSpan);
        }
    }

    /// <summary>Begins with a line; false if the line does not break off.</summary>
    public bool Begin(ReadOnlySpan<byte> line, ChatSessionException fault)
    {
        if (!RepairedJson.BreaksOff(line.ToArray()))
            return false;
        text.Write(line);
        Faults.Add(fault);
        return true;
    }

    /// <summary>Adds the next line; false if there is no such record, or it is too long.</summary>
    public bool Add(ReadOnlySpan<byte> line, ChatSessionException fault)
    {
        if (Faults.Count is 0 or >= MaxLines || tries > MaxTries || text.WrittenCount + line.Length > maxBytes)
            return false;
        text.Write("\n"u8);
        text.Write(line);
        Faults.Add(fault);
        return true;
    }

    /// <summary>Adds an empty line, if there is such a record.</summary>
    public void AddBlank(ReadOnlySpan<byte> line)
    {
        if (Faults.Count == 0 || text.WrittenCount + line.Length >= maxBytes)
            return;
        text.Write("\n"u8);
        text.Write(line);
    }

    public void Clear()
    {
        text.ResetWrittenCount();
        Faults.Clear();
        (tries, triedBytes) = (0, 0);
    }
}
