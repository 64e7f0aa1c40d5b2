namespace ChatMcpServer.Hosting;

/// <summary>
/// Sends a comment every 30 seconds on event streams, such as long subscriptions: clients and proxies give up on an answer that is silent for
/// minutes, and the SDK sends no keep-alive.
/// </summary>
public static class KeepAlive
{
    /// <summary>Some proxies give up after a minute.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private static readonly byte[] Comment = ":\n\n"u8.ToArray();

    /// <summary>Keeps the event streams of all later middleware alive.</summary>
    public static IApplicationBuilder UseKeepAlive(this IApplicationBuilder app, TimeProvider time) =>
        app.Use(
            async (context, next) =>
            {
                var body = context.Response.Body;
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
                await using var turns = new TurnsStream(body);
                context.Response.Body = turns;
                Task comments = CommentAsync(context.Response, time, stop.Token);
                try
                {
                    await next(context);
                }
                finally
                {
                    await stop.CancelAsync();
                    await comments;
                    context.Response.Body = body;
                }
            }
        );

    private static async Task CommentAsync(HttpResponse response, TimeProvider time, CancellationToken stop)
    {
        var body = response.Body;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                if (response.ContentType?.StartsWith("text/event-stream", StringComparison.Ordinal) != true)
                    continue;
                await body.WriteAsync(Comment, stop);
                await body.FlushAsync(stop);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The answer is complete, or the client has disconnected.
        }
    }

    /// <summary>
    /// Allows one write at a time. The SDK writes each event in one call, so a comment never splits one. The SDK also flushes before it has anything to
    /// say: that begins no answer here, so that a balancer can send the request to another replica if this one ends before.
    /// </summary>
    private sealed class TurnsStream(Stream body) : WriteOnlyStream
    {
        private readonly SemaphoreSlim turn = new(1, 1);
        private bool hasBegun;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await turn.WaitAsync(cancellationToken);
            try
            {
                hasBegun = true;
                await body.WriteAsync(buffer, cancellationToken);
            }
            finally
            {
                turn.Release();
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            await turn.WaitAsync(cancellationToken);
            try
            {
                if (hasBegun)
                    await body.FlushAsync(cancellationToken);
            }
            finally
            {
                turn.Release();
            }
        }

        public override void Flush() => throw new NotSupportedException();

        public override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                turn.Dispose();
            base.Dispose(disposing);
        }
    }
}
