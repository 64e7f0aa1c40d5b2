using ChatSessions.Condensing;
using ChatSessions.Model;
using CsCheck;
using Fidelity;
using Xunit;

namespace ChatSessions.Tests.Condensing;

/// <summary>Cuts lie between words.</summary>
public sealed class WordsTests
{
    private const int Near = 20;

    private static readonly Gen<string> Word = Gen.Frequency(
        (8, Gen.String[Gen.Char['a', 'z'], 1, 12]),
        (2, Gen.String[Gen.Char['0', '9'], 1, 30]),
        (1, Gen.String[Gen.Char['a', 'z'], 12, 90])
    );

    private static readonly Gen<string> Prose = Gen.Select(Word, SomeSessions.OneOf(" ", " ", " ", "\n", ", ", "/", ".\n\n", "\t"))
        .Select((word, space) => word + space)
        .Array[5, 300]
        .Select(string.Concat);

    private static readonly Gen<string> Quoted = Prose.Select(Some.Quoted);

    private static readonly Gen<SomeEvents> Step = Gen.Select(
        Gen.Int[0, 5],
        Quoted,
        Quoted,
        (kind, one, other) =>
            kind switch
            {
                0 => Some.Event($$"""{"type":"user_input","content":{{one}}}"""),
                1 => Some.Event($$"""{"type":"thinking","content":{{one}}}"""),
                2 => Some.ToolUse("bash", $$"""{"command":{{one}}}""", $$"""{"output":{{other}},"returncode":1}"""),
                3 => Some.ToolUse("read", $$"""{"path":"a.py"}""", one),
                4 => Some.ToolUse(
                    "retrieve",
                    $$"""{"query":{{one}}}""",
                    $$"""{"nodes":[{"text":{{other}},"score":0.5},{"text":{{one}}}]}"""
                ),
                _ => Some.ToolUse("edit", $$"""{"path":"a.py","old_string":{{one}},"new_string":{{other}}}"""),
            }
    );

    private static readonly Gen<Session> Sessions = Step.Array[1, 8].Select(steps => Some.Session(steps));

    [Theory]
    [InlineData(null)]
    [InlineData("a b c d e f g 1 2 3 4 5 ab bc de")]
    public void No_cut_is_inside_a_word_if_there_is_white_space_nearby(string? focus) =>
        Sessions.Sample(
            session =>
            {
                foreach (var budget in (int[])[500, 1_100, 2_300])
                foreach (var form in Enum.GetValues<CondensedForm>())
                foreach (var cut in Answer.Of(session, budget, form, focus ?? WordsIn(session)).Honesty.Cuts)
                {
                    AssertBetweenWords(cut, cut.Place.Index);
                    AssertBetweenWords(cut, cut.End);
                }
            },
            iter: 12
        );

    /// <summary>Some words of a session, so that there are windows; of every other one none.</summary>
    private static string? WordsIn(Session session) =>
        session.Events.Length % 2 == 0
            ? null
            : string.Join(
                ' ',
                session.Json.ToString().Split(' ', '"', '\\').Where(word => word.Length > 5).Take(40).Where((_, n) => n % 5 == 4)
            );

    private static void AssertBetweenWords(FoundCut cut, int index)
    {
        var text = cut.Place.Text;
        if (index == 0 || index == text.Length || !char.IsLetterOrDigit(text[index - 1]) || !char.IsLetterOrDigit(text[index]))
            return;
        // An escape ends with a letter.
        if (cut.Place.IsJson && text[index - 1] is 'n' or 't' && text[index - 2] == '\\')
            return;
        // Next to white space at an end of the text there would be nothing left to show.
        var (first, last) = (text.Length - text.TrimStart().Length, text.TrimEnd().Length);
        var around = text[Math.Max(first, index - Near + 1)..Math.Min(last, index + Near - 1)];
        Assert.False(
            around.AsSpan().ContainsAny(" \n\t") || (cut.Place.IsJson && (around.Contains("\\n", StringComparison.Ordinal))),
            $"'{cut.Cut.Marker}' cuts inside a word, near '{around}'"
        );
    }
}
