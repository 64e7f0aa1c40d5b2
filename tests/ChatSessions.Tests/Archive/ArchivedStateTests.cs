using System.Text;
using ChatSessions.Archive;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Archive;

public sealed class ArchivedStateTests
{
    [Fact]
    public void Of_events_only_what_was_said_called_and_returned_counts()
    {
        var before = Some.Session(
            Some.UserInput("Why?"),
            Some.Event("""{"type":"user_input","content":"<context>"}"""),
            Some.Event("""{"type":"tool_call","call_id":"1","name":"bash","arguments":{"command":"ls"}}"""),
            Some.Event("""{"type":"tool_result","call_id":"1","name":"bash","result":"a.txt"}"""),
            Some.Event("""{"type":"stop","is_error":false,"usage":{}}""")
        );
        var after = Some.Session(
            Some.Event("""{"type":"context","role":"user","timestamp":"2026-01-01T00:00:00Z","content":"<context>"}"""),
            Some.Event("""{"type":"user_input","timestamp":"2026-01-01T00:00:00Z","content":"Why?"}"""),
            Some.Event("""{"type":"tool_call","model":"m","call_id":"one","name":"Bash","arguments":{"command":"ls"}}"""),
            Some.Event("""{"type":"tool_result","call_id":"one","name":"Bash","result":"a.txt"}"""),
            Some.Text("Because.")
        );

        Assert.True(Of(after).Covers(Of(before)));
        Assert.False(Of(before).Covers(Of(after)));
    }

    [Theory]
    [InlineData("""{"type":"text","content":"other"}""")]
    [InlineData("""{"type":"tool_call","call_id":"1","name":"bash","arguments":{"command":"rm"}}""")]
    [InlineData("""{"type":"tool_result","call_id":"1","name":"bash","result":{"exit_code":1}}""")]
    [InlineData("""{"type":"stop","is_error":true,"error":"It broke."}""")]
    [InlineData("""{"type":"record","record":{"type":"rolled_back"}}""")]
    [InlineData("""{"type":"new_kind","value":1}""")]
    public void A_state_that_lacks_an_event_does_not_have_everything(string lacking)
    {
        var had = Some.Session(Some.Text("same"), Some.Event(lacking));
        var less = Some.Session(Some.Text("same"));

        Assert.False(Of(less).Covers(Of(had)));
        Assert.True(Of(had).Covers(Of(less)));
    }

    [Fact]
    public void Records_decide_before_events()
    {
        var before = Of(Some.Session(Some.Text("as one importer reads it")), Original("a", "b"));
        var after = Of(Some.Session(Some.Text("as another does")), Original("c", "b", "a"));

        Assert.True(after.Covers(before));
        Assert.False(before.Covers(after));
    }

    [Fact]
    public void Lost_records_are_no_loss_if_all_events_are_still_there()
    {
        var before = Of(Some.Session(Some.Text("said")), Original("said", "bookkeeping"));
        var after = Of(Some.Session(Some.Text("said"), Some.Text("more")), Original("said", "more"));

        Assert.True(after.Covers(before));
    }

    [Fact]
    public void A_long_file_that_grew_has_all_records_and_one_that_was_changed_in_the_middle_has_not()
    {
        string[] records = [.. Enumerable.Range(0, 3_000).Select(number => $"{number} {new string('x', 500)}")];
        var before = Original(records);
        var after = Original([.. records, "more"]);
        string[] others = [.. records];
        others[1_500] = "changed";
        string[] moved = [.. records[2_500..], .. records[..2_500]];

        Assert.True(before.Parts.Length > 1);
        Assert.True(ArchivedState.Covers(after, before));
        Assert.False(ArchivedState.Covers(before, after));
        Assert.False(ArchivedState.Covers(Original([.. others, "more"]), before));
        Assert.True(ArchivedState.Covers(Original([.. moved, "more"]), before));
    }

    [Fact]
    public void A_damaged_original_has_nothing()
    {
        var whole = Original("a", "b");
        var damaged = whole with { Parts = [whole.Parts[0] with { Bytes = 7 }] };

        Assert.False(ArchivedState.Covers(damaged, whole));
        Assert.False(ArchivedState.Covers(whole, damaged));
    }

    internal static Original Original(params string[] records)
    {
        using var builder = new OriginalBuilder();
        builder.Add(Encoding.UTF8.GetBytes(string.Join('\n', records)));
        return new Original("/f", "/f", "codex", IsLines: true, Line: null, default, builder.Parts());
    }

    private static ArchivedState Of(Session session, Original? original = null) =>
        new(new ArchivedSession(session, SessionOrigin.File, default) { Original = original });
}
