using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>Limits how much of a file is read: a few megabytes of gzip can unpack to gigabytes, or to billions of lines.</summary>
/// <param name="path">The file's name in errors.</param>
/// <param name="maxRecordBytes">The size limit of a record, in bytes.</param>
/// <param name="isCompressed">Whether the file may unpack to more bytes than it has on disk.</param>
internal sealed class RecordLimits(string path, long maxRecordBytes, bool isCompressed)
{
    /// <summary>More than any real file has; the summary of each line is kept.</summary>
    public const int MaxLines = 1_000_000;

    /// <summary>A compressed file may unpack to this many sessions of the largest size.</summary>
    internal const int UnpackedRecords = 4;

    private readonly long maxUnpackedBytes = isCompressed ? UnpackedRecords * maxRecordBytes : long.MaxValue;

    /// <summary>The size limit of a record, in bytes.</summary>
    public long MaxRecordBytes { get; } = Math.Min(maxRecordBytes, Array.MaxLength - 1);

    /// <exception cref="ChatSessionException">The file has too many lines.</exception>
    public void CheckLines(int lines)
    {
        if (lines > MaxLines)
            throw new ChatSessionException(
                ChatSessionError.TooLarge,
                $"{path} has more than {MaxLines.Grouped()} lines; the rest was not read. Split it into several files."
            );
    }

    /// <exception cref="ChatSessionException">The file unpacks to too many bytes.</exception>
    public void CheckBytes(long bytes)
    {
        if (bytes > maxUnpackedBytes)
            throw new ChatSessionException(
                ChatSessionError.TooLarge,
                $"{path} unpacks to more than {maxUnpackedBytes.Grouped()} bytes; the rest was not read. "
                    + "Unpack it first, or raise the limit with --max-session-mb or CHAT_MCP_MAX_SESSION_MB."
            );
    }
}
