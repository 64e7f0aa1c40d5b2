using System.Text;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Standard error that may be closed, or on a full disk: what cannot be written is dropped. A message that nobody can read must not end the
/// program, nor change its exit code.
/// </summary>
internal sealed class QuietError : TextWriter
{
    private readonly TextWriter error;

    /// <param name="open">Opens standard error; may fail.</param>
    public QuietError(Func<TextWriter> open)
    {
        var opened = Null;
        Try(() => opened = open());
        error = opened;
    }

    public override Encoding Encoding => error.Encoding;

    public override void Write(char value) => Try(() => error.Write(value));

    public override void Write(string? value) => Try(() => error.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => error.Write(buffer, index, count));

    public override void WriteLine(string? value) => Try(() => error.WriteLine(value));

    public override void Flush() => Try(error.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // There is no other place to say it.
        }
    }
}
