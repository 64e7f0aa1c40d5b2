using System.Text;

namespace ChatSessions.Words;

/// <summary>Finds some words in texts, also with another ending: "fails" finds "failed", "angle" finds "angles".</summary>
internal sealed class WordMatch
{
    /// <summary>Each word has a bit of a number.</summary>
    private const int MostWords = 64;

    /// <summary>Words with the same beginning are alike if no more than this follows it in either.</summary>
    private const int ShortestBeginning = 4;
    private const int LongestEnding = 3;

    private readonly byte[][] words;
    private readonly bool[] begun = new bool[1 << 16];

    /// <param name="text">Words or a question. Small words count only if there are no others.</param>
    public WordMatch(string text)
    {
        var all = new List<string>();
        Span<byte> scratch = stackalloc byte[WordReader.ScratchBytes];
        var reader = new WordReader(Encoding.UTF8.GetBytes(text), isJson: false, scratch);
        while (reader.Read())
            all.Add(Encoding.UTF8.GetString(reader.Word));
        var telling = all.Distinct().Where(word => !SmallWords.Contains(word)).ToList();
        words = [.. (telling.Count > 0 ? telling : all.Distinct()).Take(MostWords).Select(Encoding.UTF8.GetBytes)];
        foreach (var word in words)
            begun[Beginning(word)] = true;
    }

    public int Count => words.Length;

    /// <summary>The word that a text's word is, or is like; -1 if none.</summary>
    public int Find(ReadOnlySpan<byte> word, out bool isExact)
    {
        isExact = false;
        if (!begun[Beginning(word)])
            return -1;
        var like = -1;
        for (var number = 0; number < words.Length; number++)
        {
            var common = word.CommonPrefixLength(words[number]);
            if (common == word.Length && common == words[number].Length)
            {
                isExact = true;
                return number;
            }
            if (common >= ShortestBeginning && Math.Max(word.Length, words[number].Length) - common <= LongestEnding)
                like = number;
        }
        return like;
    }

    private static int Beginning(ReadOnlySpan<byte> word) => word[0] << 8 | (word.Length > 1 ? word[1] : 0);
}
