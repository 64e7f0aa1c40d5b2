using System.Text;

namespace Fuzzing;

/// <summary>Texts that are changed as files and messages go wrong: cut, overwritten, out of order, with values of another type.</summary>
internal static class Mutations
{
    private const int LongestInput = 64 << 10;

    /// <summary>Values that programs do not expect where they stand.</summary>
    public static readonly string[] OddValues =
    [
        "null",
        "true",
        "0",
        "-1",
        "-0",
        "1e400",
        "-1E-999",
        "0.1",
        "9223372036854775808",
        "99999999999999999999999999",
        "2147483648",
        "\"\"",
        "\" \"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"\\udfff\\ud800\"",
        "\"\\uD83D\\uDE00\"",
        "\"\\u202e\\u200b\"",
        "\"{\\\"a\\\":\\\"\\\\ud800\\\"}\"",
        "\"9999-12-31T23:59:59.9999999+14:00\"",
        "\"0001-01-01T00:00:00-14:00\"",
        "\"2026-13-45\"",
        "[]",
        "{}",
        "[[]]",
        "[null,1,\"x\",{}]",
        "{\"\":{\"\":[]}}",
        "{\"a\":1,\"a\":2}",
        "{\"\\ud800\":1}",
    ];

    /// <summary>The text after up to four changes.</summary>
    public static byte[] Mutate(Random random, byte[] seed)
    {
        var mutated = seed;
        for (var count = random.Next(5); count > 0; count--)
            mutated = MutateOnce(random, mutated);
        return mutated.Length <= LongestInput ? mutated : mutated[..LongestInput];
    }

    private static byte[] MutateOnce(Random random, byte[] seed)
    {
        if (seed.Length == 0)
            return [(byte)random.Next(256)];
        var at = random.Next(seed.Length);
        var length = Math.Min(random.Next(1, 40), seed.Length - at);
        return random.Next(12) switch
        {
            0 => seed[..at],
            1 => [.. seed[..at], (byte)random.Next(256), .. seed[(at + 1)..]],
            2 => [.. seed[..at], (byte)(seed[at] ^ (1 << random.Next(8))), .. seed[(at + 1)..]],
            3 => [.. seed[..at], .. seed[(at + length)..]],
            4 => [.. seed[..(at + length)], .. seed[at..]],
            5 => SwapLines(random, seed),
            6 => [.. seed[..at], .. Nested(random), .. seed[at..]],
            _ => ReplaceValue(random, seed, at),
        };
    }

    /// <summary>Puts an odd value in place of the JSON value that comes next.</summary>
    private static byte[] ReplaceValue(Random random, byte[] seed, int from)
    {
        var at = Array.IndexOf(seed, (byte)':', from);
        if (at < 0 || at + 1 >= seed.Length)
            return seed[..from];
        var start = at + 1;
        var end = start;
        if (seed[start] == '"')
        {
            for (end++; end < seed.Length && seed[end] != '"'; end++)
                if (seed[end] == '\\')
                    end++;
            end = Math.Min(end + 1, seed.Length);
        }
        else
            while (end < seed.Length && seed[end] is not ((byte)',' or (byte)'}' or (byte)']'))
                end++;
        var value = random.Next(20) == 0 ? Nested(random) : Encoding.UTF8.GetBytes(OddValues[random.Next(OddValues.Length)]);
        return [.. seed[..start], .. value, .. seed[end..]];
    }

    private static byte[] SwapLines(Random random, byte[] seed)
    {
        var lines = Encoding.Latin1.GetString(seed).Split('\n');
        var (one, other) = (random.Next(lines.Length), random.Next(lines.Length));
        (lines[one], lines[other]) = (lines[other], lines[one]);
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }

    private static byte[] Nested(Random random)
    {
        var depth = random.Next(4) == 0 ? 3_000 : random.Next(1, 120);
        var (open, close) = random.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
        return Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Repeat(open, depth))
                + "1"
                + (random.Next(8) == 0 ? "" : string.Concat(Enumerable.Repeat(close, depth)))
        );
    }
}
