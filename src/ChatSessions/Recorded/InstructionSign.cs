using System.Buffers;
using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace ChatSessions.Recorded;

/// <summary>A sign of text that tells the agent that reads it what to do.</summary>
/// <param name="Name">The rule's name, such as <c>ignore-instructions</c>.</param>
/// <param name="LooksFor">What the rule looks for, in a few words.</param>
/// <param name="Words">One of these must be there; empty for a rule about characters.</param>
/// <param name="Expression">What is looked for near them.</param>
/// <param name="Example">A text that the rule finds.</param>
public sealed record InstructionSign(string Name, string LooksFor, ImmutableArray<string> Words, string Expression, string Example)
{
    private readonly Lazy<Regex> pattern = new(() =>
        new(Expression, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)
    );

    /// <summary>All signs, as <c>instruction-signs.tsv</c> lists them.</summary>
    public static ImmutableArray<InstructionSign> All { get; } = Read();

    /// <summary>The characters of the rules that have no words.</summary>
    internal static SearchValues<char> HiddenCharacters { get; } =
        SearchValues.Create(
            "\uDB40\u200B\u200C\u200D\u200E\u200F\u2060\u2061\u2062\u2063\u2064\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\uFEFF\u180E"
        );

    internal bool IsIn(ReadOnlySpan<char> text) => pattern.Value.IsMatch(text);

    private static ImmutableArray<InstructionSign> Read()
    {
        using var stream = typeof(InstructionSign).Assembly.GetManifestResourceStream("instruction-signs.tsv")!;
        using var lines = new StreamReader(stream);
        var signs = ImmutableArray.CreateBuilder<InstructionSign>();
        while (lines.ReadLine() is { } line)
            if (line is not ['#', ..] && line.Split('\t') is [var name, var looksFor, var words, var expression, var example])
                signs.Add(
                    new(name, looksFor, [.. words.Split(';', StringSplitOptions.RemoveEmptyEntries)], expression, Regex.Unescape(example))
                );
        return signs.ToImmutable();
    }
}
