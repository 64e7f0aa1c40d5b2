using System.Text.RegularExpressions;

namespace ChatSessions.Redaction;

/// <summary>An expression whose matches are hidden.</summary>
/// <param name="Name">Shown in their place.</param>
public sealed record HiddenPattern(string Name, Regex Expression)
{
    internal void Find(string text, List<FoundSecret> found)
    {
        foreach (var match in Expression.EnumerateMatches(text))
            if (match.Length > 0)
                found.Add(new(match.Index, match.Length, Name));
    }
}
