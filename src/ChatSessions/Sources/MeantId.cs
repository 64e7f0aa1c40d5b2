using ChatSessions.Words;

namespace ChatSessions.Sources;

/// <summary>The id that was probably meant by one that no session has.</summary>
internal static class MeantId
{
    private const int ShortestCompared = 8;
    private const int LongestCompared = 100;
    private const int MostTypos = 2;

    /// <summary>Whether an id is long enough to tell what was meant by it, and short enough to compare letter by letter.</summary>
    public static bool IsCompared(string typed) => typed.Length is >= ShortestCompared and <= LongestCompared;

    /// <summary>The only known id that begins like the one that was typed, else the only one that differs from it in a few letters; else null.</summary>
    public static string? Of(string typed, List<string> known) =>
        known.FindAll(id => id.StartsWith(typed, StringComparison.OrdinalIgnoreCase)) is [var begun] ? begun
        : known.FindAll(id => IsTypo(id, typed)) is [var close] ? close
        : null;

    /// <summary>Ids are random, so only a few letters may differ.</summary>
    private static bool IsTypo(string id, string typed) =>
        Math.Abs(id.Length - typed.Length) <= MostTypos && Spelling.Distance(id, typed) <= MostTypos;
}
