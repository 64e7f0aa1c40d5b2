using System.Runtime.InteropServices;
using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>
/// The content of a pipe, held in memory: a pipe can be read only once, but recognizing a file reads its beginning more than
/// once.
/// </summary>
/// <param name="Name">The name in errors.</param>
/// <param name="Content">All bytes, compressed or not.</param>
public sealed record PipedFile(string Name, ReadOnlyMemory<byte> Content, DateTimeOffset ReadAt)
{
    internal FileStamp Stamp => new(Content.Length, ReadAt.UtcDateTime);

    /// <summary>Reads a pipe to its end.</summary>
    /// <exception cref="ChatSessionException">The content is over the limit or cannot be read.</exception>
    public static async Task<PipedFile> ReadAsync(
        string name,
        Stream pipe,
        long maxBytes,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var limit = (int)Math.Min(maxBytes, Array.MaxLength - 1);
        var buffer = new byte[Math.Min(64 * 1024, limit + 1)];
        var length = 0;
        try
        {
            for (int count; (count = await pipe.ReadAsync(buffer.AsMemory(length), cancellationToken)) > 0; )
            {
                length += count;
                if (length > limit)
                    throw new ChatSessionException(
                        ChatSessionError.TooLarge,
                        $"{name} is over the limit for a pipe ({limit.Grouped()} bytes). Save it to a file and pass that, "
                            + "or raise the limit with --max-session-mb or CHAT_MCP_MAX_SESSION_MB."
                    );
                if (length == buffer.Length)
                    Array.Resize(ref buffer, (int)Math.Min(2L * length, limit + 1L));
            }
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            var problem = FileProblem.From(name, exception);
            throw new ChatSessionException(problem.Error, problem.Sentence, exception);
        }
        return new PipedFile(name, buffer.AsMemory(0, length), time.GetUtcNow());
    }

    internal Stream Open() =>
        MemoryMarshal.TryGetArray(Content, out var bytes)
            ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
            : new MemoryStream(Content.ToArray(), writable: false);
}
