using ChatSessions.Archive;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive;

public sealed class EarlierStateTests
{
    [Fact]
    public void It_says_what_it_is_and_of_which_session_and_keeps_the_rest()
    {
        var session = Read(
            """{"session_id":"s","last_updated_at":"2026-01-01","generated_title":"The lamp","other":[1e400],"source":{"format":"codex","cwd":"/w"},"events":[ {"type":"text","content":"\ud800"} ]}"""
        );

        var earlier = EarlierState.Make(session, "s.earlier-1", "s");

        Assert.Equal(
            """{"session_id":"s.earlier-1","generated_title":"Earlier state: The lamp","source":{"format":"codex","cwd":"/w","earlier_state_of":"s"},"last_updated_at":"2026-01-01","other":[1e400],"events":[ {"type":"text","content":"\ud800"} ]}""",
            earlier.Json.ToString()
        );
        Assert.Equal(("s", null), (EarlierState.Of(earlier), EarlierState.Of(session)));
    }

    [Theory]
    [InlineData("""{"session_id":"s","events":[]}""")]
    [InlineData("""{"session_id":"s","source":"somewhere","events":[]}""")]
    public void A_session_without_a_title_or_source_gets_them(string json)
    {
        var earlier = EarlierState.Make(Read(json), "s.earlier-1", "s");

        Assert.Equal(("Earlier state", "s"), (earlier.Summary.GeneratedTitle, EarlierState.Of(earlier)));
    }

    [Theory]
    [InlineData("s")]
    [InlineData("😀")]
    public void Its_id_is_never_too_long(string letter)
    {
        var id = EarlierState.IdOf(string.Concat(Enumerable.Repeat(letter, 512 / letter.Length)), 1_000);
        var oneMore = EarlierState.IdOf("s" + string.Concat(Enumerable.Repeat(letter, 510 / letter.Length)), 1);

        Assert.Null(SessionId.Fault(id));
        Assert.EndsWith(".earlier-1000", id, StringComparison.Ordinal);
        Assert.DoesNotContain(oneMore, one => char.IsHighSurrogate(one) && !oneMore.Contains(letter, StringComparison.Ordinal));
        Assert.False(char.IsHighSurrogate(oneMore[..oneMore.IndexOf(".earlier", StringComparison.Ordinal)][^1]));
    }

    private static Session Read(string json) => SessionJson.Read(System.Text.Encoding.UTF8.GetBytes(json), "a test's session");
}
