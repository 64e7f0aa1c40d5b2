using System.Numerics;
using System.Text.RegularExpressions;

namespace ChatSessions.Redaction;

/// <summary>Finds data of persons: e-mail addresses, phone numbers, and card and account numbers with a right check digit.</summary>
internal static class PersonalData
{
    private static readonly Lazy<(string Name, Regex Expression, Func<string, bool> IsRight)[]> Kinds = new(() =>
        [
            ("email", Linear(@"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}"), _ => true),
            ("iban", Linear(@"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b"), IsIban),
            ("card-number", Linear(@"\b[0-9](?:[ -]?[0-9]){12,18}\b"), IsCard),
            ("phone", Linear(@"\+[1-9][0-9]{0,2}(?:[ ./-]?\(?[0-9]{1,5}\)?){2,6}\b"), IsPhone),
        ]
    );

    public static void Find(string text, List<FoundSecret> found)
    {
        foreach (var (name, expression, isRight) in Kinds.Value)
        foreach (var match in expression.EnumerateMatches(text))
            if (isRight(text.Substring(match.Index, match.Length)))
                found.Add(new(match.Index, match.Length, name));
    }

    private static Regex Linear(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>The check of ISO 13616: moved, with letters as numbers, it leaves 1 when it is divided by 97.</summary>
    private static bool IsIban(string text)
    {
        var plain = text.Replace(" ", "");
        if (plain.Length is < 15 or > 34)
            return false;
        var number = string.Concat(
            (plain[4..] + plain[..4]).Select(letter => char.IsAsciiDigit(letter) ? $"{letter}" : $"{letter - 'A' + 10}")
        );
        return BigInteger.Parse(number, System.Globalization.CultureInfo.InvariantCulture) % 97 == 1;
    }

    /// <summary>Luhn's check, for the beginnings and lengths that cards have.</summary>
    private static bool IsCard(string text)
    {
        var digits = text.Where(char.IsAsciiDigit).Select(digit => digit - '0').ToArray();
        if (digits.Length is < 13 or > 19 || digits[0] is not (2 or 3 or 4 or 5 or 6) || digits.Distinct().Count() == 1)
            return false;
        var sum = 0;
        for (var index = 0; index < digits.Length; index++)
        {
            var digit = digits[^(index + 1)] * (index % 2 == 0 ? 1 : 2);
            sum += digit > 9 ? digit - 9 : digit;
        }
        return sum % 10 == 0;
    }

    private static bool IsPhone(string text) => text.Count(char.IsAsciiDigit) is >= 8 and <= 15;
}
