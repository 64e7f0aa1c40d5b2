using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class GooseSessionTests : DatabaseTest
{
    private static readonly (string Role, int Second, string Content)[] Told =
    [
        ("user", 1, """[{"type":"text","text":"Count the pots."}]"""),
        (
            "assistant",
            2,
            """[{"type":"thinking","thinking":"Look.","signature":"s"},{"type":"text","text":"I look."},{"type":"toolRequest","id":"c1","toolCall":{"status":"success","value":{"name":"shell","arguments":{"command":"ls"}}}},{"type":"toolRequest","id":"c2","toolCall":{"status":"success","value":{"name":"read","arguments":{}}}}]"""
        ),
        (
            "user",
            3,
            """[{"type":"toolResponse","id":"c1","toolResult":{"status":"success","value":{"content":[{"type":"text","text":"a b"}],"isError":false}}},{"type":"toolResponse","id":"c2","toolResult":{"status":"error","error":"no file"}}]"""
        ),
        ("assistant", 4, """[{"type":"text","text":"Two."}]"""),
    ];

    private static readonly string[] Expected =
    [
        "user: Count the pots.",
        "thinking: Look.",
        "text: I look.",
        """call c1 shell {"command":"ls"}""",
        "call c2 read {}",
        "result c1 shell \"a b\"",
        """result c2 read {"is_error":true,"content":"no file"}""",
        "text: Two.",
    ];

    [Fact]
    public void Each_session_of_a_database_is_read_with_what_is_known_of_it()
    {
        var path = Make(
            "sessions.db",
            [
                "create table sessions (id text primary key, name text, description text, session_type text, working_dir text, created_at timestamp, updated_at timestamp, accumulated_input_tokens integer, accumulated_output_tokens integer, provider_name text, model_config_json text)",
                "create table messages (id integer primary key autoincrement, session_id text, role text, content_json text, created_timestamp integer, metadata_json text)",
                """insert into sessions values ('20260202_1', 'Pots', '', 'user', '/w', '2026-02-02 02:40:00', '2026-02-02 02:41:00', 30, 4, 'p', '{"model_name":"m-1"}')""",
                "insert into sessions values ('20260202_2', '', 'Pans', 'user', '/v', '2026-02-02 02:40:00', '2026-02-02 02:41:00', null, null, null, null)",
                .. Told.Select(one =>
                    $"insert into messages (session_id, role, content_json, created_timestamp) values ('20260202_1', '{one.Role}', '{one.Content}', {1770000000 + one.Second})"
                ),
                """insert into messages values (9, '20260202_2', 'user', '[{"type":"text","text":"They counted."}]', 1770000000, '{"userVisible":false,"agentVisible":true}')""",
                """insert into messages values (10, '20260202_2', 'user', '[{"type":"text","text":"Go on"}]', 1770000001, '{"userVisible":true,"agentVisible":true}')""",
            ]
        );

        var sessions = Sessions(path);

        Assert.Empty(Broken);
        Assert.Equal([.. Expected, "stop ok 30/4//"], Shown(sessions[0]));
        Assert.Equal(["context user: They counted.", "user: Go on"], Shown(sessions[1]));
        Assert.Equal(["20260202_1", "20260202_2"], sessions.Select(one => one.Summary.SessionId));
        Assert.Equal(["Pots", "Pans"], sessions.Select(one => one.Summary.GeneratedTitle));
        var source = sessions[0].Json.Property("source");
        Assert.Equal(
            ("goose", "/w", "p", """["m-1"]"""),
            (
                source.Property("format").AsString(),
                source.Property("cwd").AsString(),
                source.Property("model_provider").AsString(),
                source.Property("models").ToString()
            )
        );
        Assert.Equal("2026-02-02T02:40:04.000Z", sessions[0].Events[7].Json.Property("timestamp").AsString());
    }

    [Fact]
    public void A_file_of_lines_from_before_the_database_is_a_session_with_its_name_as_id()
    {
        var imported = Import(
            Lines([
                """{"working_dir":"/w","description":"Pots","message_count":4,"total_tokens":null}""",
                .. Told.Select(one => $$"""{"role":"{{one.Role}}","created":{{1770000000 + one.Second}},"content":{{one.Content}}}"""),
            ]),
            name: "20250724_1.jsonl"
        );

        Assert.Equal(GooseSession.Format, imported.Format);
        Assert.Equal([.. Expected, "stop ok ///"], Shown(imported.Session));
        Assert.Equal(("20250724_1", "Pots"), (imported.Session.Summary.SessionId, imported.Session.Summary.GeneratedTitle));
    }

    [Fact]
    public void A_call_that_Goose_could_not_read_has_failed_and_what_it_tells_is_context()
    {
        var session = Import(
            Lines(
                """{"id":"g1","working_dir":"/w","message_count":2,"description":""}""",
                """{"role":"user","created":1,"content":[{"type":"text","text":"Go"},{"type":"image","data":"AAAA","mimeType":"image/png"}]}""",
                """{"role":"assistant","created":2,"content":[{"type":"toolRequest","id":"c","toolCall":{"status":"error","error":"bad JSON"}},{"type":"systemNotification","notificationType":"inlineMessage","msg":"Compacted."},{"type":"toolConfirmationRequest","id":"c"}]}"""
            )
        );

        Assert.Equal(
            [
                "user: Go\n[image image/png, 3 bytes, not kept]",
                "call c  {}",
                """result c  {"is_error":true,"content":"bad JSON"}""",
                "context system: Compacted.",
            ],
            Shown(session.Session)
        );
        Assert.Contains("Skipped, not part of the conversation: 1 toolConfirmationRequest.", session.Notes);
    }
}
