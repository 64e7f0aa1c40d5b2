using System.Text;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Tests.Condensing;
using CsCheck;
using Xunit;

namespace ChatSessions.Tests.Recorded;

public sealed class OutgoingDoorTests
{
    private static readonly OutgoingDoor Door = new((text, _) => AllOf("dragon", text, "[a beast]"));

    [Theory]
    [InlineData("""{"a":"one dragon, two dragons"}""", """{"a":"one [a beast], two [a beast]s"}""")]
    [InlineData("""{"dragon" : ["dragon", 1, {"b":"dragon"}]}""", """{"[a beast]" : ["[a beast]", 1, {"b":"[a beast]"}]}""")]
    [InlineData("""{"a":"\"\n\u0064ra\u0067on\\ é"}""", """{"a":"\"\n[a beast]\\ é"}""")]
    [InlineData("""{"a":"{\"b\":\"dra\\u0067on\\n\"}"}""", """{"a":"{\"b\":\"[a beast]\\n\"}"}""")]
    [InlineData("""{"a":"{\"b\":\"{\\\"c\\\":\\\"\\\\u0064ragon\\\"}\"}"}""", """{"a":"{\"b\":\"{\\\"c\\\":\\\"[a beast]\\\"}\"}"}""")]
    [InlineData("""{"a":"dra","b":"gon"}""", """{"a":"dra","b":"gon"}""")]
    [InlineData("\"dragon\"", "\"[a beast]\"")]
    public void Strings_and_names_are_replaced_however_they_are_written(string recorded, string shown) =>
        Assert.Equal(shown, Encoding.UTF8.GetString(Door.Replace(Some.Json(recorded)).Utf8.Span));

    [Fact]
    public void A_replacement_is_written_as_JSON_and_stretches_that_overlap_become_one()
    {
        var door = new OutgoingDoor(
            (text, _) => AllOf("secret", text, "\"\n"),
            (text, _) => AllOf("retention", text, "no"),
            (text, name) => name == "key" && text.Length > 0 ? [new(0, text.Length, "…")] : []
        );

        Assert.Equal("a \"\n b", door.Replace("a secretention b"));
        Assert.Equal(
            """{"key":"…","b":"\"\n."}""",
            Encoding.UTF8.GetString(door.Replace(Some.Json("""{"key":"x\"y","b":"secretention."}""")).Utf8.Span)
        );
    }

    [Fact]
    public void Every_place_outside_of_a_replacement_is_found_again_on_the_other_side() =>
        Gen.Select(Texts.Any, Texts.Any, SomeSessions.OneOf(2, 3, 7, int.MaxValue))
            .Sample(
                (before, behind, escapeEach) =>
                {
                    var recorded = Encoding.UTF8.GetBytes(
                        $$"""{"type":"text","content":{{JsonTexts.Quote($"{before} dragon {behind} dragon", escapeEach)}}}"""
                    );
                    var shown = new ShownEvent(0, Door.Replace(new RawJson(recorded)));

                    Assert.Equal($"{before} [a beast] {behind} [a beast]", shown.Json.Property("content").AsString());
                    // A byte that does not map back to itself was replaced, and maps to the beginning of what was replaced.
                    var stretches = Enumerable.Range(0, recorded.Length).Where(at => shown.RecordedByte(shown.ShownByte(at)) != at);
                    Assert.Equal(2, stretches.Select(at => shown.RecordedByte(shown.ShownByte(at))).Distinct().Count());
                    Assert.Equal(shown.Json.Utf8.Length, shown.ShownByte(recorded.Length));
                    Assert.Equal(shown.Length, shown.OffsetOf(shown.Json.Utf8.Length));
                },
                iter: 300
            );

    [Fact]
    public void What_was_streamed_in_pieces_is_replaced_in_the_pieces()
    {
        var session = Some.Session(
            Some.TextDelta("a dra"),
            Some.TextDelta("g"),
            Some.TextDelta("on and a dragon"),
            Some.TextDelta("fly"),
            Some.UserInput("go on"),
            Some.TextDelta("dra"),
            Some.TextDelta("gon"),
            Some.Text("dragon")
        );
        var shown = Door.Show(session);

        Assert.Equal(["a [a beast]", "", " and a [a beast]", "fly"], shown.Session.Events[..4].Select(one => ((ContentEvent)one).Content));
        Assert.Equal(["a [a beast] and a [a beast]fly", "[a beast]"], shown.Session.Steps.OfType<Passage>().Select(one => one.Text));
        Assert.DoesNotContain("\"gon\"", shown.Session.Json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Calls_and_results_pair_as_they_were_recorded_though_their_ids_are_replaced()
    {
        var door = new OutgoingDoor((text, name) => name == "call_id" ? [new(0, text.Length, "[id]")] : []);
        var session = Some.Session(
            Some.ToolCall("bash", callId: "a"),
            Some.ToolCall("bash", callId: "b"),
            Some.ToolResult("bash", "\"of b\"", "b"),
            Some.ToolResult("bash", "\"Error: of a\"", "a")
        );

        var uses = door.Show(session).Session.ToolUses.ToList();

        Assert.Equal([3, 2], uses.Select(use => use.Result!.Position));
        Assert.Equal(["[id]", "[id]"], uses.Select(use => use.Call!.CallId));
        Assert.Equal([true, false], uses.Select(use => use.Outcome.IsFailure));
    }

    [Fact]
    public void A_session_of_which_nothing_is_replaced_is_not_copied()
    {
        var session = Some.Session(Some.UserInput("a dragon"));

        Assert.Same(session, session.Shown().Session);
        Assert.NotSame(session, Door.Show(session).Session);
        Assert.Same(Door.Show(session), Door.Show(session));
    }

    [Fact]
    public void The_whole_JSON_has_each_event_as_it_is_shown() =>
        SomeSessions.Any.Sample(
            session =>
            {
                var door = new OutgoingDoor((text, _) => AllOf("a", text, "dragons"), (text, _) => AllOf("the", text, ""));
                var shown = door.Show(session).Session;
                var again = ChatSessions.Json.SessionJson.Read(shown.Json.Utf8, "shown");

                Assert.Equal(shown.Events.Select(one => one.Json.ToString()), again.Events.Select(one => one.Json.ToString()));
            },
            iter: 30
        );

    [Fact]
    public void A_cut_of_a_condensed_text_comes_after_replacing()
    {
        // Wherever the budget cuts, the rest of a word would show.
        var session = Some.Session(
            Some.UserInput("Why?"),
            Some.ToolUse("bash", result: Some.Quoted(string.Concat(Enumerable.Repeat("dragon", 9_000))))
        );
        foreach (var budget in (int[])[500, 501, 502, 503, 600, 1_000, 5_000, 25_000])
        foreach (var form in Enum.GetValues<CondensedForm>())
        {
            var answer = Condenser.Condense(
                Door.Show(session),
                new() { MaxTokens = budget, Form = form },
                TestContext.Current.CancellationToken
            );
            var text = answer.ToText();
            Assert.DoesNotMatch("dra|rag|ago|gon", text);
            Assert.Contains("[a beast]", text, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<Replacement> AllOf(string word, string text, string replacement)
    {
        for (
            var at = text.IndexOf(word, StringComparison.Ordinal);
            at >= 0;
            at = text.IndexOf(word, at + word.Length, StringComparison.Ordinal)
        )
            yield return new(at, word.Length, replacement);
    }
}
