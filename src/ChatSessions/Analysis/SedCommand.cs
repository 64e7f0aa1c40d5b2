using System.Buffers;

namespace ChatSessions.Analysis;

/// <summary>What <c>sed -i</c> edits.</summary>
internal static class SedCommand
{
    private static readonly SearchValues<char> NotInFileNames = SearchValues.Create(" \t\r\n\\'\":,()");

    /// <summary>The files that a command edits in place, and its scripts.</summary>
    /// <param name="words">Its options and operands.</param>
    public static (List<string> Files, List<string> Scripts) EditsOf(string[] words)
    {
        if (!Array.Exists(words, IsInPlace))
            return ([], []);
        // A script is what follows -e, or else the first word that is no option.
        var scripts = words.Zip(words.Skip(1)).Where(pair => pair.First is "-e" or "--expression").Select(pair => pair.Second).ToList();
        var operands = words.Where(word => !word.StartsWith('-') && word != "").ToList();
        if (scripts.Count == 0)
            scripts.AddRange(operands.Take(1));
        List<string> files = [.. operands.Except(scripts)];
        return ([.. files.Where(file => IsFileName(file, isOnly: files.Count == 1))], scripts);
    }

    private static bool IsInPlace(string word) =>
        word.StartsWith("--in-place", StringComparison.Ordinal)
        || (
            word is ['-', not '-', ..]
            && word.AsSpan(1).IndexOf('i') is >= 0 and var at
            && !word.AsSpan(1, at).ContainsAnyExceptInRange('A', 'z')
        );

    /// <summary>
    /// An apostrophe in a script ends it, and its further words become operands as files are: those of <c>sed -i '5a\# don\'t match it'
    /// a.py</c> are <c>t</c>, <c>match</c> and <c>it a.py</c>, and a shell refuses it.
    /// </summary>
    private static bool IsFileName(string operand, bool isOnly) =>
        !operand.AsSpan().ContainsAny(NotInFileNames) && !operand.EndsWith('.') && (isOnly || operand.AsSpan().ContainsAny('.', '/'));
}
