using System.Runtime.InteropServices;

namespace ChatSessions.Redaction;

/// <summary>
/// Finds secrets in a text: keys of known services by their form, private keys, passwords in addresses, what stands behind
/// <c>Authorization:</c>, and values by their names. Letters that vary much are never enough, since hashes and ids do too.
/// </summary>
public sealed class SecretFinder
{
    /// <summary>Base64 in base64 is read, but not deeper.</summary>
    private const int Depth = 2;

    /// <summary>So many words are joined over lines in one text.</summary>
    private const int MostWrapped = 2_000;

    private readonly Lazy<KeywordTable> keywords;
    private readonly NamedValueRule[] named;
    private readonly SecretOptions options;
    private readonly bool findsStandard;

    public SecretFinder(SecretOptions options)
        : this(options, findsStandard: true) { }

    private SecretFinder(SecretOptions options, bool findsStandard)
    {
        (this.options, this.findsStandard) = (options, findsStandard);
        named = findsStandard ? [.. SecretName.All.Select(name => new NamedValueRule(name))] : [];
        keywords = new(() =>
            new([.. options.Values.Where(HiddenValueRule.Takes).Select(value => new HiddenValueRule(value)), .. StandardRules()])
        );
    }

    /// <summary>With the options that hold if none are given.</summary>
    public static SecretFinder Standard { get; } = new(new());

    /// <summary>A finder of what options hide in addition to the standard secrets, and not of those.</summary>
    internal SecretFinder OfAdded() => new(options, findsStandard: false);

    /// <summary>Whether options hide more than the standard secrets.</summary>
    internal bool HidesMore => HasMore || options.Values.Any(HiddenValueRule.Takes);

    /// <summary>
    /// Whether a text may have a secret. False for nearly all texts, after one pass. JSON is read as it is written: escapes that could hide
    /// a keyword count too.
    /// </summary>
    public bool MayBeIn(ReadOnlySpan<byte> utf8) =>
        HasMore || keywords.Value.IsIn(utf8) || EncodedSecrets.MayBeIn(utf8) || ClearText.MayDiffer(utf8) || HasEscapes(utf8);

    /// <inheritdoc cref="MayBeIn(ReadOnlySpan{byte})"/>
    public bool MayBeIn(ReadOnlySpan<char> text)
    {
        var codes = MemoryMarshal.Cast<char, ushort>(text);
        return HasMore
            || keywords.Value.IsIn(codes)
            || EncodedSecrets.MayBeIn(codes)
            || ClearText.MayDiffer(text)
            || text.Contains("\\u00", StringComparison.Ordinal)
            || text.Contains("\\/", StringComparison.Ordinal);
    }

    /// <summary>Whether a value is looked at because of the property name before it.</summary>
    public bool IsNameOfSecret(ReadOnlySpan<char> name)
    {
        if (findsStandard && IsAuthorization(name))
            return true;
        foreach (var rule in named)
            if (rule.IsName(name))
                return true;
        return false;
    }

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
        var byContext = new List<FoundSecret>();
        var (looked, wrapped) = ((Dictionary<SecretRule, Looked>?)null, 0);
        var codes = MemoryMarshal.Cast<char, ushort>(text.AsSpan());
        for (var from = 0; keywords.Value.Next(codes, ref from, out var at) is { } next; )
            foreach (var (keyword, _) in next)
                if (keyword.IsAt(codes, at))
                    foreach (var rule in keyword.Rules)
                        LookFor(rule, at);
        found.AddRange(byContext);
        foreach (var hidden in options.Patterns)
            hidden.Find(text, found);
        if (options.HidesPersonalData)
            PersonalData.Find(text, found);
        if (depth == 0 || !EncodedSecrets.MayBeIn<ushort>(codes))
            return;
        foreach (var (start, length, decoded) in EncodedSecrets.In(text))
        {
            var inside = new List<FoundSecret>();
            Find(decoded, inside, depth - 1);
            if (inside.Count > 0)
                found.Add(new(start, length, inside[0].Rule));
        }

        void LookFor(SecretRule rule, int at)
        {
            var before = default(Looked);
            if (looked is null || !looked.TryGetValue(rule, out before) || before.Until <= at)
            {
                before = rule.Find(text, at, rule.IsByContext ? byContext : found);
                // Most rules are done with a keyword at once.
                if (before.Until > at + 1)
                    (looked ??= [])[rule] = before;
            }
            if (!before.IsFound && rule is PatternRule pattern && wrapped < MostWrapped && pattern.FindWrapped(text, at, found))
                wrapped++;
        }
    }

    private void FindByName(string text, string name, List<FoundSecret> found)
    {
        if (findsStandard && IsAuthorization(name) && AuthorizationRule.OfValue(text) is { } value)
            found.Add(value);
        foreach (var rule in named)
            if (rule.IsSecret(name, text))
                found.Add(new(0, text.Length, rule.Id));
    }

    private IEnumerable<SecretRule> StandardRules() =>
        findsStandard ? [.. PatternRules.Standard, new PrivateKeyRule(), new UrlPasswordRule(), new AuthorizationRule(), .. named] : [];

    /// <summary>Whether any text is looked at: such options have no keywords.</summary>
    private bool HasMore => options.Patterns.Count > 0 || options.HidesPersonalData;

    private static bool IsAuthorization(ReadOnlySpan<char> name) => name.EndsWith("authorization", StringComparison.OrdinalIgnoreCase);

    private static bool HasEscapes(ReadOnlySpan<byte> utf8) => utf8.IndexOf("\\u00"u8) >= 0 || utf8.IndexOf("\\/"u8) >= 0;
}
