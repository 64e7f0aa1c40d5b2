using System.Buffers;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>What <c>sed -i</c> edits.</summary>
internal static class SedCommand
{
    private static readonly SearchValues<char> NotInFileNames = SearchValues.Create(" \t\r\n\\'\":,()");

    /// <summary>The files that a command edits in place, and its scripts.</summary>
    public static (List<string> Files, List<string> Scripts) EditsOf(ShellPart part)
    {
        if (!part.EditsInPlace)
            return ([], []);
        var words = part.Words;
        // A script is what follows -e, or else the first word that is no option.
        var scripts = words.Zip(words.Skip(1)).Where(pair => pair.First is "-e" or "--expression").Select(pair => pair.Second).ToList();
        var operands = words.Where(word => !word.StartsWith('-') && word != "").ToList();
        if (scripts.Count == 0)
            scripts.AddRange(operands.Take(1));
        List<string> files = [.. operands.Except(scripts)];
        return ([.. files.Where(file => IsFileName(file, isOnly: files.Count == 1))], scripts);
    }

    /// <summary>
    /// An apostrophe in a script ends it, and its further words become operands as files are: those of <c>sed -i '5a\# don\'t match it'
    /// a.py</c> are <c>t</c>, <c>match</c> and <c>it a.py</c>, and a shell refuses it.
    /// </summary>
    private static bool IsFileName(string operand, bool isOnly) =>
        !operand.AsSpan().ContainsAny(NotInFileNames) && !operand.EndsWith('.') && (isOnly || operand.AsSpan().ContainsAny('.', '/'));
}
