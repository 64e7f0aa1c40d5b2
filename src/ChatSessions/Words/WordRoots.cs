using System.Buffers;
using System.Collections.Frozen;

namespace ChatSessions.Words;

/// <summary>
/// What an English word may be without its ending. Spelling leaves some doubt, so there may be several: "caching" may come from "cache" or
/// "cach". One that is no word does no harm, since no text has it.
/// </summary>
internal static class WordRoots
{
    private const int Shortest = 3;

    private static readonly SearchValues<char> Vowels = SearchValues.Create("aeiouy");

    /// <summary>Words that only look as if they had an ending, where what is left without it is another word.</summary>
    private static readonly FrozenSet<string> Whole =
        "alias atlas bias canvas gas lens news pandas embed united evening incoming wedding during".Split(' ').ToFrozenSet();

    /// <summary>Plurals that end like words in the singular: "status", "this".</summary>
    private static readonly FrozenSet<string> Plurals = "apis clis cpus emojis gpus guis menus tpus uris wikis".Split(' ').ToFrozenSet();

    /// <summary>Other words that end in "eed" have no ending.</summary>
    private static readonly FrozenSet<string> WithD = "agreed disagreed freed guaranteed".Split(' ').ToFrozenSet();

    /// <param name="word">In lower case.</param>
    public static IReadOnlyList<string> Of(string word)
    {
        if (Whole.Contains(word))
            return [word];
        var roots = new List<string>(3);
        if (Without(word, "ies") is { } before)
            Add(roots, $"{before}y", $"{before}ie");
        else if (Without(word, "ied") is { } past)
            Add(roots, $"{past}y", $"{past}ie");
        else if (word.EndsWith('s'))
            OfPlural(roots, word);
        else if (word.EndsWith("eed", StringComparison.Ordinal))
            Add(roots, WithD.Contains(word) ? word[..^1] : word);
        else if (Without(word, "ed") is { } withoutEd)
            OfVerb(roots, withoutEd);
        else if (Without(word, "ing") is { } withoutIng && !Ends(word, "string") && !Ends(word, "spring"))
        {
            Add(roots, word);
            OfVerb(roots, withoutIng);
        }
        return roots.Count > 0 ? roots : [word];
    }

    public static bool HasVowel(ReadOnlySpan<char> word) => word.ContainsAny(Vowels);

    /// <summary>Words with "-s" or "-es".</summary>
    private static void OfPlural(List<string> roots, string word)
    {
        var (one, shorter) = (word[..^1], word[..^2]);
        if (Ends(word, "ss") || ((Ends(word, "us") || Ends(word, "is")) && !Plurals.Contains(word)))
            return;
        if (!Ends(one, "e") || shorter.Length < Shortest)
            Add(roots, one);
        else if (Ends(shorter, "ss") || Ends(shorter, "sh") || Ends(shorter, "x") || Ends(shorter, "zz"))
            Add(roots, shorter);
        else if (Ends(shorter, "ch"))
            OfCh(roots, shorter);
        else
        {
            Add(roots, one);
            if (Ends(shorter, "o") || (Ends(shorter, "s") && MayEndInS(shorter)))
                Add(roots, shorter);
        }
    }

    /// <summary>Words with "-ed" or "-ing": the verb may end in an "e", or its last letter may have been doubled.</summary>
    private static void OfVerb(List<string> roots, string stem)
    {
        if (stem.Length < 2 || !HasVowel(stem))
            return;
        var (last, before) = (stem[^1], stem[^2]);
        // "Used", "aged".
        if (stem.Length == 2)
        {
            if (IsVowel(stem, 0) && !IsVowel(stem, 1))
                Add(roots, $"{stem}e");
        }
        else if (last == before)
            OfDoubled(roots, stem);
        else if (Ends(stem, "ch"))
            OfCh(roots, stem);
        else if (Ends(stem, "th") || Ends(stem, "ng") || Ends(stem, "ync"))
            Add(roots, stem, $"{stem}e");
        else if (stem is "past" or "tast" or "wast" || last is 'c' or 'g' or 'u' or 'v' || (last == 'z' && before != 't'))
            Add(roots, $"{stem}e");
        else if (last == 's')
            Add(roots, $"{stem}e", MayEndInS(stem) ? stem : "");
        // "Panicked".
        else if (Ends(stem, "ick") && stem.Length > 5)
            Add(roots, stem, stem[..^1]);
        else if (last is 'a' or 'e' or 'i' or 'o' or 'y' or 'w' or 'x' or 'h' or 'z')
            Add(roots, stem);
        else
            OfConsonant(roots, stem);
    }

    /// <summary>After one vowel, a short word doubles its last letter or has an "e": "noted" is not "not". A longer word does both, or neither.</summary>
    private static void OfConsonant(List<string> roots, string stem)
    {
        var last = stem[^1];
        if (!IsVowel(stem, stem.Length - 2))
            // "Handled", but "curled".
            Add(roots, last == 'l' && stem[^2] is not ('r' or 'w') ? $"{stem}e" : stem);
        else if (IsVowel(stem, stem.Length - 3))
            Add(roots, stem, last == 'k' ? "" : $"{stem}e");
        else if (Ends(stem, "er"))
            Add(roots, stem);
        else if (last == 'k' || !Enumerable.Range(0, stem.Length - 2).Any(at => IsVowel(stem, at)))
            Add(roots, $"{stem}e");
        else
            Add(roots, stem, $"{stem}e");
    }

    private static void OfDoubled(List<string> roots, string stem)
    {
        var single = stem[..^1];
        if ("bdgmnprt".Contains(stem[^1]))
            // "Stopped", but "added".
            Add(roots, single.Length >= Shortest ? single : stem);
        else
            // "Modelled", but "called".
            Add(roots, stem, stem[^1] == 'l' && single.Length > 4 ? single : "");
    }

    /// <summary>"Patch" and "reach" have no "e", and "cache" has one; of "attach" the letters do not tell.</summary>
    private static void OfCh(List<string> roots, string stem)
    {
        var isClear = stem.Length > 3 && (!IsVowel(stem, stem.Length - 3) || IsVowel(stem, stem.Length - 4));
        Add(roots, stem, isClear ? "" : $"{stem}e");
    }

    /// <summary>"Focus", "status" and "alias", but neither "cas" nor "caus".</summary>
    private static bool MayEndInS(string stem) =>
        stem.Length > 4 || Ends(stem, "ias") || (stem.Length > 2 && Ends(stem, "us") && !IsVowel(stem, stem.Length - 3));

    private static bool IsVowel(string word, int at) => Vowels.Contains(word[at]) && !(word[at] == 'u' && at > 0 && word[at - 1] == 'q');

    private static bool Ends(string word, string ending) => word.EndsWith(ending, StringComparison.Ordinal);

    private static string? Without(string word, string ending) => Ends(word, ending) ? word[..^ending.Length] : null;

    private static void Add(List<string> roots, params ReadOnlySpan<string> found)
    {
        foreach (var root in found)
            if (root.Length >= Shortest && HasVowel(root) && !roots.Contains(root))
                roots.Add(root);
    }
}
