using System.Threading.Channels;
using ModelContextProtocol.Protocol;

namespace ChatMcpServer.Hosting;

/// <summary>
/// JSON-RPC messages as lines of UTF-8 over two streams. Unlike the SDK's stream transport it still sends answers after the input has
/// ended, answers an invalid line instead of ignoring it, and holds at most <see cref="Requests.MaxBytes"/> of a line.
/// </summary>
public sealed class LineTransport(Stream input, Stream output) : ITransport
{
    private readonly Channel<JsonRpcMessage> _messages = Channel.CreateUnbounded<JsonRpcMessage>(
        new() { SingleReader = true, SingleWriter = true }
    );
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _outputFailed = new();
    private Handshake? _handshake;

    public string? SessionId => null;

    /// <summary>Why the output failed, for example on a full disk; null while it works.</summary>
    public IOException? OutputFailure { get; private set; }

    public ChannelReader<JsonRpcMessage> MessageReader => _messages.Reader;

    /// <summary>
    /// Reads messages until the input ends, the server is asked to stop, or the output fails. Messages read by then are still answered: call
    /// <see cref="Complete"/> when no more messages will come.
    /// </summary>
    public async Task ReadAsync(CancellationToken asked)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(asked, _outputFailed.Token);
        CancellationToken stop = either.Token;
        try
        {
            await foreach (Line line in Line.ReadAllAsync(input, Requests.MaxBytes, stop))
            {
                if (MessageLine.Read(line, out JsonRpcError? refusal) is { } message)
                    await ReceiveAsync(message, stop);
                else if (refusal is not null)
                    await SendMessageAsync(refusal, stop).WaitAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop, or the output failed.
        }
    }

    /// <summary>Marks the end of the messages.</summary>
    public void Complete() => _messages.Writer.Complete();

    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        IEnumerable<ReadOnlyMemory<byte>> line = MessageLine.Write(message);
        await _sending.WaitAsync(cancellationToken);
        try
        {
            // Nobody reads the answers any more.
            if (OutputFailure is not null)
                return;
            // Once started, a line is written to its end despite cancellation: half a line would corrupt the next one.
            foreach (ReadOnlyMemory<byte> piece in line)
                await output.WriteAsync(piece, CancellationToken.None);
            await output.FlushAsync(CancellationToken.None);
        }
        catch (IOException exception)
        {
            OutputFailure = exception;
            await _outputFailed.CancelAsync();
        }
        finally
        {
            _sending.Release();
        }
        if (_handshake is { } handshake && message is JsonRpcMessageWithId answer && answer.Id == handshake.Id)
            handshake.Answered.TrySetResult();
    }

    public ValueTask DisposeAsync()
    {
        _outputFailed.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReceiveAsync(JsonRpcMessage message, CancellationToken stop)
    {
        if (message is JsonRpcRequest { Method: RequestMethods.Initialize } initialize)
            _handshake = new Handshake(initialize.Id, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _messages.Writer.WriteAsync(message, CancellationToken.None);
        // Requests run in parallel, but messages after `initialize` must be answered in the version it negotiates.
        if (_handshake is { } handshake)
            await handshake.Answered.Task.WaitAsync(stop);
    }

    private sealed record Handshake(RequestId Id, TaskCompletionSource Answered);
}
