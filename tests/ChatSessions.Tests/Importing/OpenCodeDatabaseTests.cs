using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class OpenCodeDatabaseTests : DatabaseTest
{
    private static readonly string[] Tables =
    [
        "create table session (id text primary key, parent_id text, directory text, title text, version text, time_created integer, time_updated integer)",
        "create table message (id text primary key, session_id text, time_created integer, data text)",
        "create table part (id text primary key, message_id text, session_id text, data text)",
    ];

    private static string Session(string id, string? parent = null, string title = "Pots") =>
        $"insert into session values ('{id}', {(parent is null ? "null" : $"'{parent}'")}, '/w', '{title}', '1.3.17', 1770000000000, 1770000009000)";

    private static string Message(string id, string session, string data, int second = 1) =>
        $"insert into message values ('{id}', '{session}', {1770000000000 + second * 1000}, '{data}')";

    private static string Part(string id, string message, string data) => $"insert into part values ('{id}', '{message}', '', '{data}')";

    private static readonly string[] Told =
    [
        .. Tables,
        Session("ses_a"),
        Message("msg_1", "ses_a", """{"role":"user","time":{"created":1770000001000}}"""),
        Part("prt_1", "msg_1", "{\n\"type\":\"text\",\n\"text\":\"Count the pots.\"}"),
        Part("prt_2", "msg_1", """{"type":"text","synthetic":true,"text":"Called the Read tool."}"""),
        Part("prt_3", "msg_1", """{"type":"file","mime":"text/plain","url":"file:///w/pots.txt"}"""),
        Message(
            "msg_2",
            "ses_a",
            """{"role":"assistant","modelID":"m-1","providerID":"p","time":{"created":1770000002000,"completed":1770000005000},"finish":"stop"}""",
            2
        ),
        Part("prt_4", "msg_2", """{"type":"step-start"}"""),
        Part("prt_5", "msg_2", """{"type":"reasoning","text":"Look."}"""),
        Part(
            "prt_6",
            "msg_2",
            """{"type":"tool","callID":"c1","tool":"bash","state":{"status":"completed","input":{"command":"ls"},"output":"none","metadata":{"exit":2},"time":{"start":1770000003000,"end":1770000004000}}}"""
        ),
        Part("prt_7", "msg_2", """{"type":"step-finish","tokens":{"input":10,"output":3,"reasoning":2,"cache":{"read":5,"write":1}}}"""),
        Part(
            "prt_8",
            "msg_2",
            """{"type":"tool","callID":"c2","tool":"read","state":{"status":"error","input":{"filePath":"x"},"error":"no permission"}}"""
        ),
        Part("prt_9", "msg_2", """{"type":"text","text":"Three."}"""),
        Part("prt_9a", "msg_2", """{"type":"step-finish","tokens":{"input":20,"output":4,"reasoning":2,"total":26}}"""),
        Part("prt_9b", "msg_2", """{"type":"patch","hash":"h"}"""),
    ];

    private static readonly string[] Expected =
    [
        "user: Count the pots.\n[file file:///w/pots.txt]",
        "context user: Called the Read tool.",
        "thinking: Look.",
        """call c1 bash {"command":"ls"}""",
        """result c1 bash {"exit_code":2,"content":"none"}""",
        """call c2 read {"filePath":"x"}""",
        """result c2 read {"is_error":true,"content":"no permission"}""",
        "text: Three.",
        "stop ok 36/9//2",
    ];

    [Fact]
    public void Each_session_of_a_database_is_read_with_what_is_known_of_it()
    {
        var path = Make(
            "opencode.db",
            [
                .. Told,
                Session("ses_b", parent: "ses_a", title: "New session - 2026-02-02"),
                Message("msg_3", "ses_b", """{"role":"user"}"""),
                Part("prt_c", "msg_3", """{"type":"text","text":"Find pans"}"""),
                Message(
                    "msg_4",
                    "ses_b",
                    """{"role":"assistant","agent":"explore","error":{"name":"APIError","data":{"message":"Overloaded"}}}""",
                    2
                ),
                Part("prt_d", "msg_4", """{"type":"text","text":"I look"}"""),
            ]
        );

        var sessions = Sessions(path);

        Assert.Empty(Broken);
        Assert.Equal(["ses_a", "ses_b"], sessions.Select(one => one.Summary.SessionId));
        Assert.Equal(Expected, Shown(sessions[0]));
        Assert.Equal(["user: Find pans", "text: I look", "stop Overloaded ///"], Shown(sessions[1]));
        Assert.Equal(["Pots", "Find pans"], sessions.Select(one => one.Summary.GeneratedTitle));
        var (first, second) = (sessions[0].Json.Property("source"), sessions[1].Json.Property("source"));
        Assert.Equal(
            ("/w", "1.3.17", "p", "2026-02-02T02:40:00.000000"),
            (
                first.Property("cwd").AsString(),
                first.Property("version").AsString(),
                first.Property("model_provider").AsString(),
                first.Property("created_at").AsString()
            )
        );
        Assert.Equal("""["m-1"]""", first.Property("models").ToString());
        Assert.Equal(("ses_a", "explore"), (second.Property("parent_session_id").AsString(), second.Property("agent_type").AsString()));
        Assert.Equal("2026-02-02T02:40:04.000Z", sessions[0].Events[4].Json.Property("timestamp").AsString());
    }

    [Fact]
    public void What_was_kept_of_a_session_makes_the_same_session_again()
    {
        var step = Steps(Make("opencode.db", Told))[0];

        var again = Assert.Single(
            SessionImport.Reread(
                step.Session!.Original!,
                OpenCodeSession.Format,
                ChatSessions.Sources.Files.FileSource.DefaultMaxSessionBytes,
                others: null,
                Cancelled
            )
        );

        Assert.Equal(step.Session.Session.Json.ToString(), again.Session.Json.ToString());
    }

    [Fact]
    public void What_the_program_has_only_in_its_log_is_read_and_nothing_is_written_next_to_its_database()
    {
        var path = Make("opencode.db", ["pragma journal_mode = wal", .. Told]);
        using var program = Open(path);
        Execute(program, "begin immediate");
        Execute(program, Session("ses_b"));
        Execute(program, Message("msg_3", "ses_b", """{"role":"user"}"""));
        Execute(program, Part("prt_c", "msg_3", """{"type":"text","text":"Find pans"}"""));
        Execute(program, "commit");
        Execute(program, "begin immediate");
        var before = Files();
        var stamp = ImportFile.StampOf(path);

        var sessions = Sessions(path);

        Assert.Equal(["ses_a", "ses_b"], sessions.Select(one => one.Summary.SessionId));
        Assert.Equal(before, Files());
        Execute(program, Session("ses_c"));
        Execute(program, "commit");
        Assert.NotEqual(stamp, ImportFile.StampOf(path));

        List<(string, string)> Files() =>
            [
                .. Directory
                    .GetFiles(Folder)
                    .Order()
                    .Select(file =>
                    {
                        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                        return (file, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(stream)));
                    }),
            ];
    }

    [Fact]
    public void A_part_that_is_not_JSON_costs_only_itself()
    {
        var path = Make("opencode.db", [.. Told, Part("prt_5a", "msg_2", "{broken")]);

        Assert.Equal(Expected, Shown(Assert.Single(Sessions(path))));
        Assert.Equal(
            $"{path}{Path.DirectorySeparatorChar}ses_a has a message that is not valid JSON; it was skipped. Everything else was imported.",
            Assert.Single(Broken)
        );
    }

    [Fact]
    public void A_session_that_is_too_large_is_named_and_the_others_are_read()
    {
        var path = Make(
            "opencode.db",
            [
                .. Told,
                Session("ses_b"),
                Message("msg_3", "ses_b", """{"role":"user"}"""),
                Part("prt_c", "msg_3", $$"""{"type":"text","text":"{{new string('x', 20_000)}}"}"""),
            ]
        );

        Assert.Equal("ses_a", Assert.Single(Sessions(path, maxBytes: 10_000)).Summary.SessionId);
        Assert.Contains(
            "over the size limit of 10,000 bytes. Raise it with --max-session-mb or CHAT_MCP_MAX_SESSION_MB.",
            Assert.Single(Broken)
        );
    }

    [Fact]
    public void A_damaged_database_is_told_in_one_sentence()
    {
        var path = Make("opencode.db", Told);
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(100).Fill(0xEE);
        File.WriteAllBytes(path, bytes);

        Assert.Empty(Sessions(path));
        Assert.Equal(
            $"{path} is a damaged SQLite database, or cannot be copied. Check it with its program, and import again.",
            Assert.Single(Broken)
        );
    }

    [Fact]
    public void A_database_of_another_program_is_refused_by_name_and_counted_in_a_folder()
    {
        var path = Make("sessions.db", "create table notes (text)");

        Assert.Empty(Sessions(path));
        Assert.StartsWith($"{path} holds no chat session in a known format.", Assert.Single(Broken), StringComparison.Ordinal);
        Broken.Clear();
        Assert.NotNull(Assert.Single(Steps(path, isNamed: false)).OfAnotherKind);
        Assert.Empty(Broken);
    }

    [Fact]
    public void A_database_is_recognized_whatever_its_name()
    {
        Assert.Single(Sessions(Make("copy.backup", Told)));
    }

    [Fact]
    public void The_copy_of_a_database_is_deleted()
    {
        var before = Copies();

        Sessions(Make("opencode.db", Told));

        Assert.Subset(before, Copies());

        static HashSet<string> Copies() => [.. Directory.GetDirectories(Path.GetTempPath(), "chat-mcp-server-*").Where(IsOfDatabase)];

        static bool IsOfDatabase(string folder)
        {
            try
            {
                return File.ReadAllText(Path.Combine(folder, "copy.db")).Contains("Count the pots.", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        }
    }
}
