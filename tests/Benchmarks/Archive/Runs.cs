namespace Benchmarks.Archive;

/// <summary>Runs of ASCII letters and digits in JSON.</summary>
internal static class Runs
{
    /// <param name="start">Where the run begins.</param>
    /// <param name="digits">How many of its characters are digits.</param>
    public delegate void OnRun(ReadOnlySpan<byte> run, int start, int digits);

    /// <summary>Passes over escapes, and what is all of a string: a name, or a word that stands for something.</summary>
    public static void ForEach(ReadOnlySpan<byte> json, OnRun onRun)
    {
        var at = 0;
        while (at < json.Length)
        {
            if (json[at] == '\\')
            {
                at += at + 1 < json.Length && json[at + 1] == 'u' ? 6 : 2;
                continue;
            }
            var (start, digits) = (at, 0);
            for (; at < json.Length && char.IsAsciiLetterOrDigit((char)json[at]); at++)
                digits += char.IsAsciiDigit((char)json[at]) ? 1 : 0;
            if (at == start)
                at++;
            else if (start == 0 || json[start - 1] != '"' || at == json.Length || json[at] != '"')
                onRun(json[start..at], start, digits);
        }
    }
}
