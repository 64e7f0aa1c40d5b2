using System.Collections.Concurrent;
using System.Text;
using ChatMcpServer.Hosting;
using ChatMcpServer.Tests.Cli;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

public sealed class LogLinesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void While_nobody_reads_no_line_waits_and_what_was_dropped_is_counted_when_somebody_does()
    {
        using var isRead = new ManualResetEventSlim();
        using var isCounted = new ManualResetEventSlim();
        var written = new ConcurrentQueue<string>();
        using var lines = new LogLines(line =>
        {
            isRead.Wait(Patience);
            written.Enqueue(line);
            if (line.Contains("dropped", StringComparison.Ordinal))
                isCounted.Set();
        });

        for (var number = 0; number < 5_000; number++)
            lines.Write($"{number}");
        isRead.Set();

        Assert.True(isCounted.Wait(Patience, TestContext.Current.CancellationToken));
        var kept = written.Count - 1;
        Assert.Equal(Enumerable.Range(0, kept).Select(number => $"{number}"), written.Take(kept));
        Assert.Equal($"warning: {5_000 - kept:N0} log lines were dropped, because standard error was not read.", written.Last());
    }

    [Fact]
    public void At_the_end_what_was_logged_is_written()
    {
        var written = new ConcurrentQueue<string>();

        using (var lines = new LogLines(written.Enqueue))
            lines.Write("last");

        Assert.Equal(["last"], written);
    }

    [Fact]
    [Trait("Runs", "process")]
    [Proves("client does not read")]
    public async Task A_host_that_does_not_read_standard_error_is_answered_all_the_same()
    {
        const int requests = 600;
        using var server = CliProcess.Start([], "serve", "--archive", "none", "--log-level", "info");
        try
        {
            var input = new StringBuilder($"{Rpc.Initialize}\n{Rpc.Initialized}\n");
            for (var id = 1; id <= requests; id++)
                input.Append($$"""{"jsonrpc":"2.0","id":{{id}},"method":"no/method"}""").Append('\n');
            var sending = server.StandardInput.WriteAsync(input, TestContext.Current.CancellationToken);
            for (var answers = 0; answers <= requests; answers++)
                Assert.NotNull(
                    await server
                        .StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
                        .AsTask()
                        .WaitAsync(Patience, TestContext.Current.CancellationToken)
                );
            await sending;
        }
        finally
        {
            server.Kill();
        }
    }
}
