using System.Globalization;
using System.Threading.Channels;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Writes log lines on its own thread. Many hosts do not read a server's standard error: once the pipe is full, a write blocks forever, and
/// no answer may wait for a log line. Lines that do not fit into the queue are dropped and counted.
/// </summary>
/// <param name="write">Writes a line; may block.</param>
public sealed class LogLines(Action<string> write) : IDisposable
{
    private const int Capacity = 1024;

    /// <summary>How long the program waits at its end for the last lines to be written.</summary>
    private static readonly TimeSpan LastLines = TimeSpan.FromMilliseconds(200);

    private readonly Channel<string> lines = Channel.CreateBounded<string>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Lock starting = new();
    private Thread? writer;
    private int dropped;

    /// <summary>Log lines that go to standard error.</summary>
    public static LogLines ToStandardError() => new(StandardError.WriteLine);

    /// <summary>Queues a line, or counts it if the queue is full. Never blocks.</summary>
    public void Write(string line)
    {
        if (!lines.Writer.TryWrite(line))
            Interlocked.Increment(ref dropped);
        if (writer is null)
            Start();
    }

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
            // A background thread, so that a write that never returns does not keep the process alive.
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
                // The newest lines were dropped, so they would have been here.
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
            // There is nowhere to report it. The queue fills up, and later lines are dropped.
        }
    }
}
