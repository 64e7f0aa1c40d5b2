using System.Runtime.InteropServices;
using System.Text;

namespace ChatSessions.Redaction;

/// <summary>
/// Finds secrets in a text: keys of known services by their form, private keys, passwords in addresses, what stands behind
/// <c>Authorization:</c>, and values by their names. Letters that vary much are never enough, since hashes and ids do too.
/// </summary>
public sealed class SecretFinder
{
    /// <summary>Base64 in base64 is read, but not deeper.</summary>
    private const int Depth = 2;

    /// <summary>As many keywords can begin at one place.</summary>
    private const int KeywordsAtOnce = 8;

    /// <summary>So many words are joined over lines in one text.</summary>
    private const int MostWrapped = 2_000;

    private readonly Lazy<KeywordTable> keywords;
    private readonly NamedValueRule[] named;
    private readonly SecretOptions options;

    public SecretFinder(SecretOptions options)
    {
        this.options = options;
        named = [.. SecretName.All.Select(name => new NamedValueRule(name))];
        keywords = new(() =>
            new([
                .. options.Values.Where(HiddenValueRule.Takes).Select(value => new HiddenValueRule(value)),
                .. PatternRules.Standard,
                new PrivateKeyRule(),
                new UrlPasswordRule(),
                new AuthorizationRule(),
                .. named,
            ])
        );
    }

    /// <summary>With the options that hold if none are given.</summary>
    public static SecretFinder Standard { get; } = new(new());

    /// <summary>
    /// Whether a text may have a secret. False for nearly all texts, after one pass. JSON is read as it is written: escapes that could hide
    /// a keyword count too.
    /// </summary>
    public bool MayBeIn(ReadOnlySpan<byte> utf8)
    {
        if (options.Patterns.Count > 0 || options.HidesPersonalData)
            return true;
        return keywords.Value.MayMatch(utf8, EncodedSecrets.Shortest)
            || ClearText.MayDiffer(utf8)
            || utf8.IndexOf("\\u00"u8) >= 0
            || utf8.IndexOf("\\/"u8) >= 0;
    }

    /// <inheritdoc cref="MayBeIn(ReadOnlySpan{byte})"/>
    public bool MayBeIn(string text) => MayBeIn(Encoding.UTF8.GetBytes(text));

    /// <summary>The secrets of a text, in no order; they may overlap, and of two at the same place the first says best what it is.</summary>
    /// <param name="text">The whole text, decoded.</param>
    /// <param name="name">The property name before it, such as <c>password</c>, or null.</param>
    public IReadOnlyList<FoundSecret> Find(string text, string? name = null)
    {
        var found = new List<FoundSecret>();
        Find(text, found, Depth);
        if (ClearText.Read(text) is { } clear)
        {
            var inside = new List<FoundSecret>();
            Find(clear.Text, inside, Depth);
            foreach (var (start, length, rule) in inside)
                found.Add(new(clear.Places[start], clear.Places[start + length - 1] + 1 - clear.Places[start], rule));
        }
        if (name is not null && text.Length > 0)
            FindByName(text, name, found);
        if (options.Allowed.Count > 0)
            found.RemoveAll(secret => options.IsAllowed(text.Substring(secret.Start, secret.Length)));
        return found;
    }

    private void Find(string text, List<FoundSecret> found, int depth)
    {
        Span<Keyword?> next = new Keyword?[KeywordsAtOnce];
        var byContext = new List<FoundSecret>();
        var (looked, wrapped) = (new Dictionary<SecretRule, Looked>(), 0);
        for (var from = 0; keywords.Value.Next(MemoryMarshal.Cast<char, ushort>(text.AsSpan()), ref from, out var at, next); )
            foreach (var keyword in next)
                if (keyword is not null)
                    foreach (var rule in keyword.Rules)
                    {
                        if (looked.GetValueOrDefault(rule) is var before && before.Until <= at)
                            looked[rule] = before = rule.Find(text, at, rule.IsByContext ? byContext : found);
                        if (!before.IsFound && rule is PatternRule pattern && wrapped < MostWrapped && pattern.FindWrapped(text, at, found))
                            wrapped++;
                    }
        found.AddRange(byContext);
        foreach (var hidden in options.Patterns)
            hidden.Find(text, found);
        if (options.HidesPersonalData)
            PersonalData.Find(text, found);
        if (depth == 0 || text.Length < EncodedSecrets.Shortest)
            return;
        foreach (var (start, length, decoded) in EncodedSecrets.In(text))
        {
            var inside = new List<FoundSecret>();
            Find(decoded, inside, depth - 1);
            if (inside.Count > 0)
                found.Add(new(start, length, inside[0].Rule));
        }
    }

    private void FindByName(string text, string name, List<FoundSecret> found)
    {
        if (name.EndsWith("authorization", StringComparison.OrdinalIgnoreCase) && AuthorizationRule.OfValue(text) is { } value)
            found.Add(value);
        foreach (var rule in named)
            if (rule.IsSecret(name, text))
                found.Add(new(0, text.Length, rule.Id));
    }
}
