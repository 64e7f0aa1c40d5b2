using System.Globalization;
using System.Text.Json;
using ChatSessions.Model;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>
/// Tries a request several times, following the rules of LlamaCloud's official clients. Uses only Polly.Core: a try must include
/// reading the body, which no handler of Microsoft.Extensions.Http.Resilience sees, and that package would add a dozen others.
/// </summary>
internal sealed class Tries
{
    /// <summary>Polly's minimum.</summary>
    private static readonly TimeSpan ShortestTry = TimeSpan.FromMilliseconds(10);

    private static readonly ResiliencePropertyKey<long> Start = new("start");

    private readonly ResiliencePipeline pipeline;
    private readonly LlamaCloudOptions options;
    private readonly TimeProvider time;
    private readonly Random random;

    public Tries(LlamaCloudOptions options, TimeProvider time, Random random, ILogger<Tries> logger)
    {
        this.options = options;
        this.time = time;
        this.random = random;
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.Retries > 0)
            builder.AddRetry(
                new RetryStrategyOptions
                {
                    MaxRetryAttempts = options.Retries,
                    ShouldHandle = arguments =>
                        ValueTask.FromResult(
                            arguments.Outcome.Exception is TimeoutRejectedException or FailedTryException { MayRetry: true }
                                && Wait(arguments.Outcome.Exception, arguments.AttemptNumber) < Left(arguments.Context)
                        ),
                    DelayGenerator = arguments =>
                        ValueTask.FromResult<TimeSpan?>(Wait(arguments.Outcome.Exception, arguments.AttemptNumber)),
                    OnRetry = arguments =>
                    {
                        Log.TryFailed(logger, arguments.AttemptNumber + 1, arguments.Outcome.Exception!.Message, arguments.RetryDelay);
                        return default;
                    },
                }
            );
        pipeline = builder
            .AddTimeout(
                new TimeoutStrategyOptions { TimeoutGenerator = arguments => ValueTask.FromResult(TimeOfTry(Left(arguments.Context))) }
            )
            .Build();
    }

    /// <summary>Runs a request until it succeeds, fails for good, or is out of tries.</summary>
    /// <param name="peer">The service's name, for errors.</param>
    /// <param name="what">What is requested, for errors.</param>
    /// <param name="once">One try: sends the request and reads the whole answer.</param>
    /// <exception cref="ChatSessionException">Why the last try failed. Without an inner exception, which might contain an address.</exception>
    public async Task<T> RunAsync<T>(string peer, string what, Func<CancellationToken, Task<T>> once, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Start, time.GetTimestamp());
        try
        {
            return await pipeline.ExecuteAsync(async each => await OnceAsync(peer, what, once, each.CancellationToken), context);
        }
        catch (FailedTryException failed)
        {
            throw failed.Failure;
        }
        catch (TimeoutRejectedException)
        {
            var seconds = time.GetElapsedTime(context.Properties.GetValue(Start, 0)).TotalSeconds;
            var cause = string.Create(CultureInfo.InvariantCulture, $"{peer} did not finish its answer within {seconds:0.#} s");
            throw new ChatSessionException(ChatSessionError.Unavailable, $"{cause} for {what}. Try again later, and check the network.")
            {
                Cause = cause,
            };
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private TimeSpan Left(ResilienceContext context) => options.Patience - time.GetElapsedTime(context.Properties.GetValue(Start, 0));

    private TimeSpan TimeOfTry(TimeSpan left) =>
        left >= options.TryTimeout ? options.TryTimeout
        : left > ShortestTry ? left
        : ShortestTry;

    private TimeSpan Wait(Exception? failure, int retry) => (failure as FailedTryException)?.Wait ?? Backoff(retry);

    /// <summary>Handles everything that can go wrong between the first byte of a request and the last byte of its answer.</summary>
    private static async Task<T> OnceAsync<T>(
        string peer,
        string what,
        Func<CancellationToken, Task<T>> once,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await once(cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw exception.InnerException is ChatSessionException refusal
                ? new FailedTryException(refusal, mayRetry: false)
                : Unavailable($"Could not ask {peer} for {what}: {Reason(exception)}", "could not be reached");
        }
        catch (OperationCanceledException exception) when (exception.InnerException is TimeoutException)
        {
            // This is how the handler reports a connect time-out.
            throw Unavailable(
                $"Could not ask {peer} for {what}: the connection timed out. Check LLAMA_CLOUD_BASE_URL and the network.",
                "could not be reached"
            );
        }
        catch (Exception exception) when (exception is JsonException or ChatSessionException { InnerException: JsonException })
        {
            throw Unavailable($"{peer} sent incomplete or invalid JSON for {what}. Try again.", "sent incomplete or invalid JSON");
        }
        catch (IOException)
        {
            throw Unavailable(
                $"The connection to {peer} broke while it sent {what}. Try again, and check the network.",
                "did not finish its answer"
            );
        }

        FailedTryException Unavailable(string message, string cause) =>
            new(new ChatSessionException(ChatSessionError.Unavailable, message) { Cause = $"{peer} {cause}" }, mayRetry: true);
    }

    private static string Reason(HttpRequestException exception) =>
        exception.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "its name does not resolve. Check LLAMA_CLOUD_BASE_URL and the network.",
            HttpRequestError.SecureConnectionError =>
                "the secure connection failed. Check its certificate, and whether a proxy is in the way.",
            HttpRequestError.ProxyTunnelError => "the proxy refused the connection. Check HTTPS_PROXY and NO_PROXY.",
            HttpRequestError.ConnectionError => "the connection failed. Check LLAMA_CLOUD_BASE_URL and the network.",
            _ => "the connection broke, or the answer was not valid HTTP. Try again, and check the network.",
        };

    /// <summary>0.5 s, doubled with each try up to 8 s, minus a random part of up to a quarter so that clients do not all return at once.</summary>
    private TimeSpan Backoff(int retry) => TimeSpan.FromSeconds(Math.Min(0.5 * Math.Pow(2, retry), 8) * (1 - 0.25 * random.NextDouble()));
}
