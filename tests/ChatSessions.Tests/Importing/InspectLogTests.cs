using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class InspectLogTests : ImportTest
{
    private const string Sample = """
        {"id":7,"epoch":1,"input":"Q","target":"4","messages":[{"role":"system","content":"attachment://h"},{"role":"user","content":"Two and two?"},
         {"role":"assistant","content":[{"type":"reasoning","reasoning":"Add."},{"type":"text","text":"I add."}],"tool_calls":[{"id":"c","function":"add","arguments":{"a":2}}]},
         {"role":"tool","tool_call_id":"c","function":"add","content":"","error":{"type":"timeout","message":"too slow"}},{"role":"assistant","content":"4"}],
         "attachments":{"h":"Be exact."},"output":{"model":"i-m","choices":[],"stop_reason":"stop"},"model_usage":{"i-m":{"input_tokens":9,"output_tokens":3}},"total_time":1.5}
        """;

    private static readonly string[] Expected =
    [
        "context system: Be exact.",
        "user: Two and two?",
        "thinking: Add.",
        "text: I add.",
        """call c add {"a":2}""",
        """result c add {"is_error":true,"content":"too slow"}""",
        "text: 4",
        "stop ok 9/3/1500/",
    ];

    [Fact]
    public void Each_sample_is_a_session()
    {
        var sessions = ImportAll(
            $$"""{"version":2,"eval":{"run_id":"r","task":"sums","model":"i-m","created":"2026-02-07T00:00:00+00:00"},"samples":[{{Sample}},{{Sample.Replace("\"id\":7", "\"id\":8", StringComparison.Ordinal)}}]}""",
            name: "log.json"
        );

        Assert.Equal(InspectLog.Format, sessions[0].Format);
        Assert.Equal(["r-sums-7-1", "r-sums-8-1"], sessions.Select(one => one.Session.Summary.SessionId));
        Assert.Equal(Expected, Shown(sessions[0].Session));
    }

    [Fact]
    public void A_sample_can_be_a_file_of_its_own() => Assert.Equal(Expected, Shown(Import(Sample, name: "7_epoch_1.json").Session));
}
