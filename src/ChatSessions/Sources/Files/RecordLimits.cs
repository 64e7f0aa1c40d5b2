using System.Globalization;
using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>How much is read of a file: a few megabytes of gzip unpack to gigabytes, or to billions of lines.</summary>
/// <param name="path">What to call the file in an error.</param>
/// <param name="maxRecordBytes">The most bytes that a record may have.</param>
/// <param name="isCompressed">Whether more may come out of the file than lies on the disk.</param>
internal sealed class RecordLimits(string path, long maxRecordBytes, bool isCompressed)
{
    /// <summary>More than any real file has; a summary of each is kept.</summary>
    public const int MaxLines = 1_000_000;

    /// <summary>How many of the largest sessions a compressed file may hold.</summary>
    private const int UnpackedRecords = 4;

    private readonly long maxUnpackedBytes = isCompressed ? UnpackedRecords * maxRecordBytes : long.MaxValue;

    /// <summary>The most bytes that a record may have.</summary>
    public long MaxRecordBytes { get; } = Math.Min(maxRecordBytes, Array.MaxLength - 1);

    /// <exception cref="ChatSessionException">The file has more lines than are read.</exception>
    public void CheckLines(int lines)
    {
        if (lines > MaxLines)
            throw new ChatSessionException(
                ChatSessionError.TooLarge,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path} has more than {MaxLines:N0} lines; the rest was not read. Split it into several files."
                )
            );
    }

    /// <exception cref="ChatSessionException">More came out of the file than is read of one.</exception>
    public void CheckBytes(long bytes)
    {
        if (bytes > maxUnpackedBytes)
            throw new ChatSessionException(
                ChatSessionError.TooLarge,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path} unpacks to more than {maxUnpackedBytes:N0} bytes; the rest was not read. "
                        + $"Unpack it first, or raise the limit with --max-session-mb or CHAT_MCP_MAX_SESSION_MB."
                )
            );
    }
}
