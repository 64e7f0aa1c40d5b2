using ChatMcpServer.Hosting;

namespace ChatMcpServer.Cli;

/// <summary>Standard output. A failure to open or to write it can be told from other failures.</summary>
internal sealed class OutputStream : WriteOnlyStream
{
    private readonly Stream? output;
    private readonly UnauthorizedAccessException? closed;

    /// <param name="open">Opens it.</param>
    public OutputStream(Func<Stream> open)
    {
        try
        {
            // Now, since the number of a closed stream goes to the next file that is opened.
            output = open();
        }
        catch (UnauthorizedAccessException exception)
        {
            closed = exception;
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            (output ?? throw closed!).Write(buffer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(exception);
        }
    }

    public override void Flush()
    {
        try
        {
            output?.Flush();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(exception);
        }
    }
}
