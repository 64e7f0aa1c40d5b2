using System.Globalization;
using ChatSessions.Model;

namespace ChatMcpServer.Mcp;

/// <summary>
/// How many requests are at work at the same time. The others wait in the order of their arrival, and are refused if that takes too long. While
/// memory is scarce, requests run one at a time, since each may need much.
/// </summary>
/// <param name="most">The most requests at work at the same time.</param>
/// <param name="isMemoryScarce">Whether so much memory is in use that one more request might be too much.</param>
internal sealed class RequestTurns(int most, Func<bool> isMemoryScarce, TimeProvider time)
{
    /// <summary>Many may wait for LlamaCloud; those that compute share the processors anyway.</summary>
    public const int DefaultMost = 64;

    public const int LargestMost = 10_000;

    public const int MostWaiting = 1_000;

    /// <summary>Shorter than hosts wait for an answer, so that the caller reads why.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly Lock change = new();
    private readonly LinkedList<(TaskCompletionSource Begins, bool IsAlone)> waiting = [];
    private int atWork;
    private bool isAlone;

    /// <summary>Waits for a turn. <see cref="End"/> must follow.</summary>
    /// <param name="alone">Whether no other request may be at work at the same time; such a request comes before those that wait.</param>
    /// <exception cref="ChatSessionException">Too many requests wait, or this one waited too long.</exception>
    public ValueTask BeginAsync(bool alone, CancellationToken cancellationToken)
    {
        lock (change)
        {
            if ((alone || waiting.Count == 0) && MayBegin(alone))
            {
                Begin(alone);
                return default;
            }
            if (waiting.Count >= MostWaiting)
                throw Busy(string.Create(CultureInfo.InvariantCulture, $"{MostWaiting:N0} more wait already"));
            var begins = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(WaitAsync(alone ? waiting.AddFirst((begins, alone)) : waiting.AddLast((begins, alone)), cancellationToken));
        }
    }

    /// <summary>Ends a turn; the next requests begin.</summary>
    public void End()
    {
        lock (change)
        {
            atWork--;
            isAlone = false;
            Next();
        }
    }

    private async Task WaitAsync(LinkedListNode<(TaskCompletionSource Begins, bool IsAlone)> place, CancellationToken cancellationToken)
    {
        try
        {
            await place.Value.Begins.Task.WaitAsync(LongestWait, time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            lock (change)
            {
                if (place.List is null)
                    // Its turn began at the same moment.
                    End();
                else
                {
                    waiting.Remove(place);
                    Next();
                }
            }
            if (exception is TimeoutException)
                throw Busy($"this one waited {LongestWait.TotalSeconds:0} s for its turn");
            throw;
        }
    }

    /// <summary>Lets those begin that may.</summary>
    private void Next()
    {
        while (waiting.First is { } first && MayBegin(first.Value.IsAlone))
        {
            waiting.RemoveFirst();
            Begin(first.Value.IsAlone);
            first.Value.Begins.TrySetResult();
        }
    }

    private void Begin(bool alone)
    {
        atWork++;
        isAlone = alone;
    }

    private bool MayBegin(bool alone) => atWork == 0 || !alone && !isAlone && atWork < most && !isMemoryScarce();

    private ChatSessionException Busy(string why) =>
        new(
            ChatSessionError.Unavailable,
            $"The server is busy: it works on at most {most} requests at the same time, or on one while memory is scarce, and {why}. "
                + "Try again in some seconds; more at the same time can be allowed with --max-requests or CHAT_MCP_MAX_REQUESTS."
        );
}
