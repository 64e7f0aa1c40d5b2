using System.Text;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using Xunit;

namespace ChatSessions.Tests.Redaction;

public sealed class EncodedSecretsTests
{
    private static readonly OutgoingDoor Door = new(SecretFinder.Standard);

    /// <summary>Without these signs, its runs of letters are too short to be looked at.</summary>
    [Theory]
    [InlineData('-', '_')]
    [InlineData('+', '/')]
    public void A_secret_in_base64_with_its_signs_is_found(char plus, char slash)
    {
        var encoded = Convert
            .ToBase64String(Encoding.ASCII.GetBytes("ab?ab~ab?AKIAJOPGV6XWM3R6XGQK?ab~ab?"))
            .Replace('+', plus)
            .Replace('/', slash)
            .TrimEnd('=');
        Assert.DoesNotContain(encoded.Split(plus, slash), run => run.Length >= EncodedSecrets.Shortest);

        Assert.Equal("see [redacted:aws-access-token]", Door.Replace($"see {encoded}"));
        var shown = Door.Show(Some.Session(Some.Event($$"""{"type":"text","content":"see\n{{encoded}}"}""")));
        Assert.Equal("see\n[redacted:aws-access-token#1]", ((ContentEvent)shown.Session.Events[0]).Content);
    }

    /// <summary>The escape that names a terminal's colour is a character of its own where a text is not written as JSON.</summary>
    [Fact]
    public void A_coloured_keyword_is_found_in_a_text_that_is_no_JSON()
    {
        var text = Encoding.UTF8.GetBytes("the key is AK\e[31mIAJOPGV6XWM3R6XGQK\e[0m");

        var blank = Door.Blank(text, isJson: false);

        Assert.NotNull(blank);
        Assert.DoesNotContain("JOPGV6", Encoding.UTF8.GetString(blank), StringComparison.Ordinal);
    }
}
