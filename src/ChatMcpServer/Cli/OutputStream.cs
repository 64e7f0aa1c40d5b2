using ChatMcpServer.Hosting;

namespace ChatMcpServer.Cli;

/// <summary>Standard output. A failure to write to it can be told from other failures.</summary>
internal sealed class OutputStream(Stream output) : WriteOnlyStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            output.Write(buffer);
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
            output.Flush();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(exception);
        }
    }
}
