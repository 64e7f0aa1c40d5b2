using ChatSessions.Model;
using ChatSessions.Sources;
using Microsoft.Extensions.Logging;

namespace ChatSessions.Archive;

/// <summary>How long LlamaCloud is waited for, and when it is not asked at all, where the archive could answer instead.</summary>
/// <param name="name">What errors call LlamaCloud.</param>
internal sealed class CloudPatience(string name, TimeProvider time, ILogger<CloudWithArchive> logger) : IAsyncDisposable, IDisposable
{
    /// <summary>How long to wait for LlamaCloud if the archive can answer.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromSeconds(4);

    /// <summary>How long after a failure LlamaCloud is not asked again if the archive can answer.</summary>
    internal static readonly TimeSpan Rest = TimeSpan.FromSeconds(15);

    private const int MostCallers = 256;

    private readonly LastUsed<Caller, Failure> failures = new(MostCallers);
    private readonly CancellationTokenSource stop = new();

    /// <summary>
    /// Asks LlamaCloud. If the archive can answer instead, LlamaCloud gets <see cref="Silence"/> to answer, and after a failure it is not
    /// asked at all for <see cref="Rest"/>.
    /// </summary>
    /// <param name="ask">
    /// Its token is cancelled when the caller gives up, but not when the archive answers: a late answer is still saved.
    /// </param>
    /// <param name="hasCopy">Whether the archive can answer.</param>
    /// <returns>The answer, or the reason why LlamaCloud did not give one.</returns>
    public async Task<(T? Answer, ChatSessionException? Failure)> AskAsync<T>(
        Func<CancellationToken, Task<T?>> ask,
        Func<Task<bool>> hasCopy,
        Caller caller,
        CancellationToken cancellationToken
    )
        where T : class
    {
        if (failures.TryGet(caller, out var last) && time.GetElapsedTime(last.At) < Rest && await hasCopy())
            return (null, last.Reason);

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var silence = Task.Delay(Silence, time, over.Token);
        var giveUp = new CancellationTokenSource();
        var isAwaited = true;
        var answer = AnswerAsync();
        try
        {
            await Task.WhenAny(answer, silence);
            if (silence.IsCompletedSuccessfully && await hasCopy() && !answer.IsCompleted)
            {
                isAwaited = false;
                _ = StayAsync(answer, giveUp);
                return (null, Fail($"has not answered within {Silence.Seconds} s", "does not answer"));
            }
            return await answer.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            isAwaited = false;
            _ = StayAsync(answer, giveUp);
            // Before the request ends, so that the next one does not wait for LlamaCloud too.
            Fail("had not answered when the previous request was cancelled");
            await giveUp.CancelAsync();
            throw;
        }
        finally
        {
            await over.CancelAsync();
        }

        async Task<(T?, ChatSessionException?)> AnswerAsync()
        {
            try
            {
                var answered = await ask(giveUp.Token);
                failures.Remove(caller);
                return (answered, null);
            }
            catch (ChatSessionException exception) when (exception.IsSourceFailure || IsOfAnswer(exception))
            {
                // A request that is no longer awaited was already counted as a failure; LlamaCloud may have answered others since.
                if (isAwaited && exception.Error == ChatSessionError.Unavailable)
                    failures.Set(caller, new Failure(time.GetTimestamp(), exception));
                return (null, exception);
            }
        }

        ChatSessionException Fail(string what, string? cause = null)
        {
            var failure = new ChatSessionException(
                ChatSessionError.Unavailable,
                $"{name} {what}. Try again in a minute, and check the network."
            )
            {
                Cause = $"{name} {cause ?? what}",
            };
            failures.Set(caller, new Failure(time.GetTimestamp(), failure));
            return failure;
        }
    }

    /// <summary>Whether LlamaCloud sent something that cannot be used. The archive may have an earlier state that can.</summary>
    private static bool IsOfAnswer(ChatSessionException exception) =>
        exception.Error is ChatSessionError.InvalidSession or ChatSessionError.TooLarge;

    /// <summary>Lets a request finish that nobody waits for, unless the process ends first.</summary>
    private async Task StayAsync(Task answer, CancellationTokenSource giveUp)
    {
        try
        {
            await using var end = stop.Token.Register(giveUp.Cancel);
            await answer;
        }
        catch (OperationCanceledException)
        {
            // Cancelled by its caller, or at the end of the process.
        }
        catch (Exception exception)
        {
            logger.LateAnswerFailed(name, exception.Message);
        }
    }

    /// <summary>Ends the requests that nobody waits for.</summary>
    public async ValueTask DisposeAsync() => await stop.CancelAsync();

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => stop.Cancel();

    private sealed record Failure(long At, ChatSessionException Reason);
}
