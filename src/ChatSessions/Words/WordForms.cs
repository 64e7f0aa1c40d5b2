namespace ChatSessions.Words;

/// <summary>
/// The same English word in another form: with the ending of a plural, of the past or of "-ing". Only rules that are nearly always right,
/// since a word that means something else is worse than one that is missed: "crashes" is a form of "crashing", but "news" is not one of "new",
/// and "string" not one of "str".
/// </summary>
internal static class WordForms
{
    private const int Shortest = 3;
    private const int Longest = 24;

    /// <summary>A word has fewer; the bound is for odd ones.</summary>
    private const int MostForms = 16;

    /// <summary>The other forms of a word, in lower case. Empty if it has none, for example since it has a digit or another letter than a to z.</summary>
    public static IReadOnlyList<string> Of(string word)
    {
        if (!IsPlain(word))
            return [];
        var forms = new List<string>();
        foreach (var root in WordRoots.Of(word))
        foreach (var form in Possible(root))
            if (form != word && IsPlain(form) && !forms.Contains(form) && WordRoots.Of(form).Contains(root))
                forms.Add(form);
        return [.. forms.Take(MostForms)];
    }

    /// <summary>Only letters from a to z with a vowel among them, and none of the small words.</summary>
    private static bool IsPlain(string word) =>
        word.Length is >= Shortest and <= Longest
        && word.All(char.IsAsciiLetterLower)
        && WordRoots.HasVowel(word)
        && !SmallWords.Contains(word);

    /// <summary>All that may be a form of a word without an ending. Which of them are, their roots tell.</summary>
    private static IEnumerable<string> Possible(string root)
    {
        yield return root;
        yield return $"{root}s";
        // "Settings" are more than one, but nobody is "settinging".
        if (root.EndsWith("ing", StringComparison.Ordinal) && WordRoots.Of(root).Count > 1)
            yield break;
        yield return $"{root}es";
        yield return $"{root}d";
        yield return $"{root}ed";
        yield return $"{root}ing";
        yield return $"{root}{root[^1]}ed";
        yield return $"{root}{root[^1]}ing";
        var shorter = root[..^1];
        if (root[^1] == 'e')
            yield return $"{shorter}ing";
        if (root[^1] == 'c')
        {
            yield return $"{root}ked";
            yield return $"{root}king";
        }
        if (root[^1] == 'y')
        {
            yield return $"{shorter}ies";
            yield return $"{shorter}ied";
        }
    }
}
