using System.Threading.Channels;
using ModelContextProtocol.Protocol;

namespace ChatMcpServer.Hosting;

/// <summary>
/// JSON-RPC messages as lines of UTF-8 over two streams. Unlike the SDK's stream transport it still sends answers after the input has
/// ended, answers a line that is no message instead of passing over it, and holds no more of a line than <see cref="Requests.MaxBytes"/>.
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

    /// <summary>Why nothing can be written any more, as on a full disk; null while it can.</summary>
    public IOException? OutputFailure { get; private set; }

    public ChannelReader<JsonRpcMessage> MessageReader => _messages.Reader;

    /// <summary>
    /// Reads messages until the input ends, the server is to stop, or nothing can be written any more. What was read by then is still to be
    /// answered: <see cref="Complete"/> says that nothing more comes.
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
            // No more is read.
        }
    }

    /// <summary>Ends the messages.</summary>
    public void Complete() => _messages.Writer.Complete();

    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        byte[] json = MessageLine.Write(message);
        await _sending.WaitAsync(cancellationToken);
        try
        {
            // There is nobody to answer any more.
            if (OutputFailure is not null)
                return;
            // Once begun a line is written to its end, whoever is cancelled: half of one would spoil the next.
            await output.WriteAsync(json, CancellationToken.None);
            await output.WriteAsync("\n"u8.ToArray(), CancellationToken.None);
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
        // Requests run side by side, but what the client sends after `initialize` is answered in the version that it agrees on.
        if (_handshake is { } handshake)
            await handshake.Answered.Task.WaitAsync(stop);
    }

    private sealed record Handshake(RequestId Id, TaskCompletionSource Answered);
}
