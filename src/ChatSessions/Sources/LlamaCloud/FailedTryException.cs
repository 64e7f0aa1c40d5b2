using System.Globalization;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>A failed try of a request: what to report if it was the last one, and whether and when to try again.</summary>
internal sealed class FailedTryException(ChatSessionException failure, bool mayRetry) : Exception(failure.Message)
{
    internal static readonly TimeSpan LongestWaitAsked = TimeSpan.FromSeconds(60);

    public ChatSessionException Failure { get; } = failure;

    /// <summary>Whether another try may succeed.</summary>
    public bool MayRetry { get; } = mayRetry;

    /// <summary>How long the server asks us to wait; null if it does not say, or asks for too long.</summary>
    public TimeSpan? Wait { get; private init; }

    /// <summary>Reads from an answer whether and when to try again, following the rules of the official clients.</summary>
    public static FailedTryException From(HttpResponseMessage response, ChatSessionException failure, TimeProvider time)
    {
        var mayRetry = Header(response, "X-Should-Retry") switch
        {
            "true" => true,
            "false" => false,
            _ => (int)response.StatusCode is 408 or 409 or 429 or >= 500,
        };
        return new FailedTryException(failure, mayRetry) { Wait = Sane(Milliseconds(response)) ?? Sane(RetryAfter(response, time)) };
    }

    private static TimeSpan? Milliseconds(HttpResponseMessage response) =>
        Number(response, "Retry-After-Ms") / 1000 is { } seconds ? Seconds(seconds) : null;

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) =>
        Number(response, "Retry-After") is { } seconds ? Seconds(seconds)
        : response.Headers.RetryAfter?.Date is { } date ? date - time.GetUtcNow()
        : null;

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e6));

    private static TimeSpan? Sane(TimeSpan? wait) => wait > TimeSpan.Zero && wait < LongestWaitAsked ? wait : null;

    private static double? Number(HttpResponseMessage response, string name) =>
        double.TryParse(Header(response, name), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : null;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
