using System.Text.RegularExpressions;
using ChatSessions.Tests.Condensing;
using ChatSessions.Tokens;
using CsCheck;
using Xunit;

namespace ChatSessions.Tests.Tokens;

public sealed partial class TokenPiecesTests
{
    [GeneratedRegex(
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
            + @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
            + @"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    )]
    private static partial Regex Encoding { get; }

    [Fact]
    public void A_text_falls_into_the_pieces_of_the_encodings_expression() =>
        Texts.Any.Sample(text => Assert.Equal(Expected(text), Pieces(text)), iter: 20_000);

    [Fact]
    public void Every_character_is_of_the_kind_that_the_expression_takes_it_for()
    {
        foreach (char c in Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c))
        {
            // Each of the surrounding characters tests another of its properties.
            string text = $"{c}a{c}A{c}{c}1{c}\n{c} {c}-{c}A'{c}a'l{c}B/{c}";
            Assert.Equal(Expected(text), Pieces(text));
        }
    }

    private static string[] Expected(string text) => [.. Encoding.Matches(text).Select(match => match.Value)];

    private static string[] Pieces(string text)
    {
        var pieces = new List<string>();
        foreach (var piece in new TokenPieces(text))
            pieces.Add(piece.ToString());
        return [.. pieces];
    }
}
