using System.Text;

namespace ChatSessions.Words;

/// <summary>Finds some words in texts, also in another of their <see cref="WordForms"/>: "fails" finds "failed", "angle" finds "angles".</summary>
internal sealed class WordMatch
{
    /// <summary>Each word has a bit of a number.</summary>
    private const int MostWords = 64;

    private readonly bool[] begun = new bool[1 << 16];

    /// <summary>The words and their forms, by their first two letters.</summary>
    private readonly Dictionary<int, List<(byte[] Form, int Word, bool IsExact)>> forms = [];

    /// <param name="text">Words or a question. Small words count only if there are no others.</param>
    public WordMatch(string text)
    {
        var all = new List<string>();
        Span<byte> scratch = stackalloc byte[WordReader.ScratchBytes];
        var reader = new WordReader(Encoding.UTF8.GetBytes(text), isJson: false, scratch);
        while (reader.Read())
            all.Add(Encoding.UTF8.GetString(reader.Word));
        var telling = all.Distinct().Where(word => !SmallWords.Contains(word)).ToList();
        string[] words = [.. (telling.Count > 0 ? telling : all.Distinct()).Take(MostWords)];
        Count = words.Length;
        foreach (var (number, word) in words.Index())
            Add(word, number, isExact: true);
        foreach (var (number, word) in words.Index())
        foreach (var form in WordForms.Of(word))
            Add(form, number, isExact: false);
    }

    public int Count { get; }

    /// <summary>The word that a text's word is, or is a form of; -1 if none.</summary>
    public int Find(ReadOnlySpan<byte> word, out bool isExact)
    {
        isExact = false;
        if (!begun[Beginning(word)])
            return -1;
        foreach (var one in forms[Beginning(word)])
            if (word.SequenceEqual(one.Form))
            {
                isExact = one.IsExact;
                return one.Word;
            }
        return -1;
    }

    private void Add(string form, int word, bool isExact)
    {
        var utf8 = Encoding.UTF8.GetBytes(form);
        var beginning = Beginning(utf8);
        begun[beginning] = true;
        if (!forms.TryGetValue(beginning, out var others))
            forms[beginning] = others = [];
        others.Add((utf8, word, isExact));
    }

    private static int Beginning(ReadOnlySpan<byte> word) => word[0] << 8 | (word.Length > 1 ? word[1] : 0);
}
