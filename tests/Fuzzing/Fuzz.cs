using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Fuzzing;

/// <summary>Runs a target with many inputs. Each has its own seed, so that one can be run again alone.</summary>
internal static class Fuzz
{
    private const int LongestShown = 20_000;

    /// <summary>
    /// The work that one input may cause, in bytes allocated on its thread: the same on a slow machine and on a fast one. The inputs are
    /// small, so whatever needs more than this does not end in a reasonable time for a large one.
    /// </summary>
    private const long MostAllocated = 2L << 30;

    /// <param name="first">The seed of the first input; each next input has the next number.</param>
    /// <param name="begins">Called before each input with its seed, to name one that never ends.</param>
    /// <exception cref="FuzzFailure">An input failed.</exception>
    public static async Task RunAsync(
        FuzzTarget target,
        int inputs,
        int first,
        Action<int>? begins = null,
        CancellationToken cancellationToken = default
    )
    {
        for (var seed = first; seed < first + inputs; seed++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            begins?.Invoke(seed);
            var input = target.Make(new Random(seed));
            var thread = Environment.CurrentManagedThreadId;
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                await target.RunAsync(input, cancellationToken);
                if (thread == Environment.CurrentManagedThreadId && GC.GetAllocatedBytesForCurrentThread() - allocated > MostAllocated)
                    throw new UnreachableException($"It allocated more than {MostAllocated >> 20} MB.");
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw new FuzzFailure(Describe(target, seed, input), exception);
            }
        }
    }

    /// <summary>Fails if a sentence for the caller is empty, has no end, or shows what only a developer should see.</summary>
    public static void CheckSentence(string sentence)
    {
        CheckMessage(sentence);
        if (sentence.TrimEnd() is not [.., '.' or '?'])
            throw new UnreachableException($"The error does not end as a sentence: {sentence}");
    }

    /// <summary>Fails if a message shows what only a developer should see.</summary>
    public static void CheckMessage(string message)
    {
        string[] signs = ["Exception:", "Exception)", "   at ", "internal error", "-32603"];
        if (Array.Find(signs, sign => message.Contains(sign, StringComparison.Ordinal)) is { } sign)
            throw new UnreachableException($"The error shows '{sign}': {message}");
    }

    private static string Describe(FuzzTarget target, int seed, byte[] input)
    {
        var text = Encoding.UTF8.GetString(input.AsSpan(0, Math.Min(input.Length, LongestShown)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Target {target.Name} failed; run it alone with: fuzz --target {target.Name} --inputs 1 --seed {seed}\nInput ({input.Length} bytes): {text}\n"
        );
    }
}

/// <summary>An input after which something does not hold.</summary>
internal sealed class FuzzFailure(string message, Exception cause) : Exception(message, cause);
