using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Benchmarks.Archive;
using Fuzzing;

namespace Benchmarks.Load;

/// <summary>What became of the calls.</summary>
internal sealed class LoadFigures
{
    private const int InternalError = -32603;
    private const int MostShown = 20;

    private readonly ConcurrentDictionary<string, ConcurrentBag<double>> times = [];
    private readonly ConcurrentDictionary<string, int> counts = [];
    private readonly ConcurrentQueue<string> failures = [];
    private int failed;
    private int internalErrors;

    /// <summary>Counts an answer.</summary>
    public void Add(string server, LoadCall call, JsonElement answer, TimeSpan took)
    {
        times.GetOrAdd(call.Name, _ => []).Add(took.TotalMilliseconds);
        var failure = Failure(answer);
        Count(failure is null ? "answered" : "refused");
        if (failure is null)
            return;
        if (call.MustSucceed)
            Fail($"{call.Name} over {server}", $"{call.Parameters}: {failure}");
        else if (Fault(answer, failure) is { } fault)
            Fail($"{call.Name} over {server}: {fault}", $"{call.Parameters}: {failure}");
        // The code is also that of a source that fails, which the sentence then names.
        if (answer.TryGetProperty("error", out var error) && error.GetProperty("code").GetInt32() == InternalError)
            if (failure.Contains("LlamaCloud", StringComparison.Ordinal))
                Count("LlamaCloud failed and there is no copy");
            else
                AddInternalError($"{call.Name} over {server}: {InternalError}", $"{call.Parameters}: {failure}");
    }

    /// <summary>Counts a failure.</summary>
    public void Fail(string what, string why)
    {
        Interlocked.Increment(ref failed);
        Note(what, why);
    }

    private void AddInternalError(string what, string why)
    {
        Interlocked.Increment(ref internalErrors);
        Note(what, why);
    }

    private void Note(string what, string why)
    {
        if (failures.Count < MostShown)
            failures.Enqueue($"{what}: {why[..Math.Min(why.Length, 2_000)]}");
    }

    /// <summary>Calls that got an answer, also a refusal.</summary>
    public int Answered => times.Values.Sum(bag => bag.Count);

    public void Left() => Count("left or cancelled");

    public void Followed() => Count("subscriptions");

    public void Imported() => Count("imports");

    public void Visited() => Count("clients that ended their input amid calls");

    /// <summary>The sentence of a call that failed; null if it has an answer.</summary>
    public static string? Failure(JsonElement answer)
    {
        if (answer.TryGetProperty("error", out var error))
            return error.GetProperty("message").GetString();
        var result = answer.GetProperty("result");
        return result.TryGetProperty("isError", out var isError) && isError.ValueKind == JsonValueKind.True
            ? result.GetProperty("content")[0].GetProperty("text").GetString()
            : null;
    }

    public void AddTo(BarTable table)
    {
        table.Add("calls that should succeed and failed", "0", $"{failed:N0}", failed == 0);
        table.Add($"answers with {InternalError}", "0", $"{internalErrors:N0}", internalErrors == 0);
    }

    public void Write(TextWriter output)
    {
        foreach (var failure in failures)
            output.WriteLine($"FAILED {failure}");
        output.WriteLine(
            $"\n{string.Join(", ", counts.OrderByDescending(count => count.Value).Select(count => $"{count.Value:N0} {count.Key}"))}"
        );
        output.WriteLine($"\n{"milliseconds", -34}{"calls", 10}{"p50", 10}{"p95", 10}{"slowest", 10}");
        foreach (var (name, all) in times.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var sorted = new Times(all);
            output.WriteLine($"{name, -34}{all.Count, 10:N0}{sorted.Median, 10:0.0}{sorted.P95, 10:0.0}{sorted.Max, 10:0}");
        }
    }

    private void Count(string what) => counts.AddOrUpdate(what, 1, (_, count) => count + 1);

    /// <summary>What is wrong with a refusal; null if it is right.</summary>
    private static string? Fault(JsonElement answer, string failure)
    {
        try
        {
            if (answer.TryGetProperty("error", out _))
                Fuzz.CheckMessage(failure);
            else
                Fuzz.CheckSentence(failure);
            return null;
        }
        catch (UnreachableException exception)
        {
            return exception.Message;
        }
    }
}
