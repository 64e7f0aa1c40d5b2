using System.Globalization;
using System.Threading.Channels;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Writes log lines on a thread of its own. Many hosts do not read a server's standard error: once the pipe is full a write there waits
/// for ever, and no answer may wait for a log line. What does not fit into the queue is counted instead.
/// </summary>
/// <param name="write">Writes a line, however long that takes.</param>
public sealed class LogLines(Action<string> write) : IDisposable
{
    private const int Capacity = 1024;

    /// <summary>How long the end of the program waits for the last lines to be written.</summary>
    private static readonly TimeSpan LastLines = TimeSpan.FromMilliseconds(200);

    private readonly Channel<string> lines = Channel.CreateBounded<string>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Lock starting = new();
    private Thread? writer;
    private int dropped;

    /// <summary>Standard error.</summary>
    public static LogLines ToStandardError() => new(StandardError.WriteLine);

    /// <summary>Queues a line, or counts it when the queue is full. Never waits.</summary>
    public void Write(string line)
    {
        if (!lines.Writer.TryWrite(line))
            Interlocked.Increment(ref dropped);
        if (writer is null)
            Start();
    }

    /// <summary>Gives the last lines a moment to be written.</summary>
    public void Dispose()
    {
        lines.Writer.TryComplete();
        writer?.Join(LastLines);
    }

    private void Start()
    {
        lock (starting)
        {
            if (writer is not null)
                return;
            // In the background: a write that never returns does not keep the process alive.
            writer = new Thread(WriteAll) { IsBackground = true, Name = "log" };
            writer.Start();
        }
    }

    private void WriteAll()
    {
        try
        {
            while (lines.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (lines.Reader.TryRead(out var line))
                    write(line);
                // The newest lines are the ones that were dropped, so this is where they would stand.
                if (Interlocked.Exchange(ref dropped, 0) is > 0 and var count)
                    write(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"warning: {count:N0} log {(count == 1 ? "line was" : "lines were")} dropped, because standard error was not read."
                        )
                    );
            }
        }
        catch (IOException)
        {
            // Nobody can be told. The queue fills up and drops what follows.
        }
    }
}
