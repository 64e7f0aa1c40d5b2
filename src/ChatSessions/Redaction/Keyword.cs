using System.Numerics;

namespace ChatSessions.Redaction;

/// <summary>A keyword and its rules.</summary>
internal sealed class Keyword(string text, SecretRule[] rules)
{
    private readonly bool beginsWord = rules.All(rule => rule.BeginsWord);

    public string Text => text;

    public SecretRule[] Rules => rules;

    public bool IsAt<T>(ReadOnlySpan<T> where, int at)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (at > where.Length - text.Length)
            return false;
        for (var index = 0; index < text.Length; index++)
        {
            var letter = int.CreateTruncating(where[at + index]);
            if ((letter is >= 'A' and <= 'Z' ? letter | 0x20 : letter) != text[index])
                return false;
        }
        // In JSON, the letter of an escape such as \n is before what begins a line.
        return !beginsWord
            || at == 0
            || !IsWord(int.CreateTruncating(where[at - 1]))
            || (at > 1 && int.CreateTruncating(where[at - 2]) == '\\');
    }

    public static bool IsWord(int letter) => letter < 0x80 && (char.IsAsciiLetterOrDigit((char)letter) || letter == '_');
}
