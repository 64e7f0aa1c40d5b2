using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace ChatSessions.Redaction;

/// <summary>What is hidden in addition to the secrets that the rules know, and what is not hidden.</summary>
public sealed class SecretOptions
{
    /// <summary>Shorter values are parts of many words.</summary>
    public const int ShortestValue = 6;

    /// <summary>Values to hide wherever they are, such as the keys of the machine. Shorter ones than six characters are ignored.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Expressions whose matches are hidden.</summary>
    public IReadOnlyList<HiddenPattern> Patterns { get; init; } = [];

    /// <summary>Expressions: what one of them matches as a whole is no secret.</summary>
    public IReadOnlyList<Regex> Allowed { get; init; } = [];

    /// <summary>Whether e-mail addresses, phone, card and account numbers are hidden too.</summary>
    public bool HidesPersonalData { get; init; }

    /// <summary>Makes an expression as users write it. It is run without going back, so that no text can make it slow.</summary>
    /// <param name="origin">The option that has it, for the message.</param>
    /// <exception cref="ChatSessionException">The expression is invalid, or cannot be run without going back.</exception>
    public static Regex Expression(string origin, string pattern)
    {
        try
        {
            return new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"Invalid expression '{pattern}' in {origin}. Use a regular expression without look-around and back references."
            );
        }
    }

    /// <summary>The values of variables whose names say that they are secret.</summary>
    public static IEnumerable<string> OfEnvironment(IEnumerable<KeyValuePair<string, string>> variables) =>
        variables
            .Where(one => one.Value.Length >= ShortestValue && SecretName.All.Any(name => name.Matches(one.Key)))
            .Select(one => one.Value)
            .Where(value => !Placeholders.IsOne(value) && SecretValue.IsLikely(value, isStrong: true, isQuoted: true, isExact: true));

    internal bool IsAllowed(string secret)
    {
        foreach (var one in Allowed)
            if (one.Match(secret) is { Success: true, Index: 0 } match && match.Length == secret.Length)
                return true;
        return false;
    }
}
