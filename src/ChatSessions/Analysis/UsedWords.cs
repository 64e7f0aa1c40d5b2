using System.Text;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>
/// What the agent found out and went on to use: the distinctive words (paths, names, numbers) that stand in a result before they stand
/// anywhere else, and later in what the agent writes.
/// </summary>
internal sealed class UsedWords
{
    private const int ShortestWord = 5;
    private const int ShortestNumber = 3;

    /// <summary>A word this long is distinctive even if it has only lower-case letters.</summary>
    private const int LongWord = 14;

    /// <summary>Longer words are data, such as base64.</summary>
    private const int LongestWord = 256;

    private const byte NotOfWord = 0;
    private const byte Lower = 1;
    private const byte OfWord = 2;

    /// <summary>What each byte is. Words are so short that a vectorised search for their ends takes longer.</summary>
    private static readonly byte[] Kinds = KindsOfBytes();

    private readonly Dictionary<string, Use> written = [];
    private readonly Dictionary<int, List<string>> used = [];

    public UsedWords(Session session)
    {
        foreach (var @event in session.Events)
            Collect(@event);
        if (written.Count == 0)
            return;
        foreach (var @event in session.Events)
            if (@event is ToolResultEvent result)
                Find(result);
        written.Clear();
    }

    /// <summary>The words of the result at a position that were used later, in order.</summary>
    public IReadOnlyList<string> In(int position) => used.GetValueOrDefault(position) ?? [];

    private void Collect(SessionEvent @event)
    {
        switch (@event)
        {
            case ToolCallEvent call:
                CollectValues(call.Arguments, call.Position);
                break;
            case ContentEvent content:
                Collect(content.Recorded.Utf8.Span, content.Position, isAgent: content is not UserInputEvent);
                break;
        }
    }

    /// <summary>The values of the arguments. Their names say nothing of what the agent knows.</summary>
    private void CollectValues(RawJson value, int position)
    {
        if (value.Kind is JsonValueKind.Object)
            for (var walk = new JsonWalk(value); walk.NextProperty(); )
                CollectValues(walk.Value, position);
        else if (value.Kind is JsonValueKind.Array)
            foreach (var inner in value.Items())
                CollectValues(inner, position);
        else
            Collect(value.Utf8.Span, position, isAgent: true);
    }

    private void Collect(ReadOnlySpan<byte> json, int position, bool isAgent)
    {
        var known = written.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> buffer = stackalloc char[LongestWord];
        while (Next(ref json) is { IsEmpty: false } word)
        {
            if (!IsDistinctive(word))
                continue;
            Ascii.ToUtf16(word, buffer, out var length);
            if (!known.TryGetValue(buffer[..length], out var use))
                known[buffer[..length]] = new Use(position, isAgent);
            else if (isAgent && !use.IsByAgent)
                known[buffer[..length]] = use with { IsByAgent = true };
        }
    }

    private void Find(ToolResultEvent result)
    {
        var known = written.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> buffer = stackalloc char[LongestWord];
        var json = result.Result.Utf8.Span;
        while (Next(ref json) is { IsEmpty: false } word)
        {
            if (!IsDistinctive(word))
                continue;
            Ascii.ToUtf16(word, buffer, out var length);
            // Each word once, where it stands first.
            if (!known.Remove(buffer[..length], out var text, out var use) || !use.IsByAgent || use.First < result.Position)
                continue;
            if (!used.TryGetValue(result.Position, out var words))
                used[result.Position] = words = [];
            words.Add(text);
        }
    }

    private static byte[] KindsOfBytes()
    {
        var kinds = new byte[256];
        foreach (var letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@-"u8)
            kinds[letter] = OfWord;
        foreach (var letter in "abcdefghijklmnopqrstuvwxyz"u8)
            kinds[letter] = Lower;
        return kinds;
    }

    /// <summary>The next word of a JSON text that may be distinctive, without punctuation around it; empty at the end.</summary>
    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> json)
    {
        for (var at = 0; at < json.Length; )
        {
            if (Kinds[json[at]] == NotOfWord)
            {
                at++;
                continue;
            }
            // The letter of an escape is not part of the word after it.
            if (at > 0 && json[at - 1] == '\\' && !IsEscaped(json, at - 1))
            {
                at += json[at] == 'u' ? 5 : 1;
                continue;
            }
            var start = at++;
            while (at < json.Length && Kinds[json[at]] == Lower)
                at++;
            // Most words are lower-case after their first letter, which makes only long ones distinctive.
            if ((at == json.Length || Kinds[json[at]] == NotOfWord) && at - start < LongWord && !char.IsAsciiDigit((char)json[start]))
                continue;
            while (at < json.Length && Kinds[json[at]] != NotOfWord)
                at++;
            var word = json[start..at].TrimStart("./:@-"u8).TrimEnd("./:@-"u8);
            if (word.Length is < ShortestNumber or > LongestWord)
                continue;
            json = json[at..];
            return word;
        }
        json = default;
        return default;
    }

    /// <summary>Whether the backslash at an index is itself escaped.</summary>
    private static bool IsEscaped(ReadOnlySpan<byte> json, int at)
    {
        var before = json[..at].Length - json[..at].TrimEnd((byte)'\\').Length;
        return before % 2 == 1;
    }

    /// <summary>Whether a word is likely to mean the same thing wherever it stands: it has a digit, a sign or an inner capital in it, or is long.</summary>
    private static bool IsDistinctive(ReadOnlySpan<byte> word)
    {
        if (!word.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return true;
        if (word.Length < ShortestWord)
            return false;
        if (word.Length >= LongWord)
            return true;
        for (var at = 1; at < word.Length; at++)
        {
            var (before, letter) = (word[at - 1], word[at]);
            if (IsUpper(letter) && IsLower(before))
                return true;
            if (IsDigit(letter) != IsDigit(before) && (IsLetter(letter) || IsLetter(before)))
                return true;
            if (!IsLetter(letter) && !IsDigit(letter) && (IsLetter(before) || IsDigit(before)) && at + 1 < word.Length)
                return true;
        }
        return false;

        static bool IsDigit(byte letter) => char.IsAsciiDigit((char)letter);
        static bool IsUpper(byte letter) => char.IsAsciiLetterUpper((char)letter);
        static bool IsLower(byte letter) => char.IsAsciiLetterLower((char)letter);
        static bool IsLetter(byte letter) => char.IsAsciiLetter((char)letter);
    }

    /// <param name="First">The position of the first message or call with the word.</param>
    /// <param name="IsByAgent">Whether the agent wrote it, not only the user.</param>
    private readonly record struct Use(int First, bool IsByAgent);
}
