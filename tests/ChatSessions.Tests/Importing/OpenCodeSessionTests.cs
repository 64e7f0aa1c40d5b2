using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class OpenCodeSessionTests : DatabaseTest
{
    private const string Head =
        """{"id":"ses_1","projectID":"p","directory":"/w","title":"Pots","version":"1.1.0","time":{"created":1770000000000}}""";

    [Fact]
    public void An_export_is_a_session()
    {
        var imported = Import(
            """
            {
              "info": {"id":"ses_1","directory":"/w","title":"Pots","time":{"created":1770000000000}},
              "messages": [
                {"info":{"id":"m1","role":"user"},"parts":[{"type":"text","text":"Count"},{"type":"compaction","auto":true}]},
                {"info":{"id":"m2","role":"assistant","model":{"modelID":"m-1"},"tokens":{"input":3,"output":2}},
                 "parts":[{"type":"text","text":"Two."}]},
                {"info":{"id":"m3","role":"assistant","summary":true},"parts":[{"type":"text","text":"They counted pots."}]}
              ]
            }
            """,
            name: "export.json"
        );

        Assert.Equal(OpenCodeSession.Format, imported.Format);
        Assert.Equal(["user: Count", "text: Two.", "stop ok 3/2//1", "context system: They counted pots."], Shown(imported.Session));
        Assert.Equal(("ses_1", "Pots"), (imported.Session.Summary.SessionId, imported.Session.Summary.GeneratedTitle));
        Assert.Equal(["Skipped, not part of the conversation: 1 compaction."], imported.Notes);
    }

    [Fact]
    public void A_call_without_an_end_has_no_result_and_a_picture_is_a_mark()
    {
        var session = Import(
            """
            {"info":{"id":"ses_1","directory":"/w"},"messages":[
              {"info":{"id":"m1","role":"user"},"parts":[{"type":"text","text":"Look"},{"type":"file","mime":"image/png","url":"data:image/png;base64,AAAA"}]},
              {"info":{"id":"m2","role":"assistant"},"parts":[
                {"type":"tool","callID":"a","tool":"shot","state":{"status":"completed","input":{},"output":"Taken.","attachments":[{"type":"file","mime":"image/png","url":"data:image/png;base64,AAAA"}]}},
                {"type":"tool","callID":"b","tool":"bash","state":{"status":"running","input":{"command":"ls"}}}]}]}
            """,
            name: "export.json"
        ).Session;

        Assert.Equal(
            [
                "user: Look\n[file image/png, 3 bytes, not kept]",
                "call a shot {}",
                "result a shot \"Taken.\\n[file image/png, 3 bytes, not kept]\"",
                """call b bash {"command":"ls"}""",
            ],
            Shown(session)
        );
    }

    [Fact]
    public void The_files_of_a_session_in_opencodes_folders_make_one_session()
    {
        var path = Write("storage/session/p/ses_1.json", Head);
        var message = Write("storage/message/ses_1/msg_1.json", """{"id":"msg_1","sessionID":"ses_1","role":"user"}""");
        Write("storage/message/ses_1/msg_2.json", """{"id":"msg_2","sessionID":"ses_1","role":"assistant","finish":"stop"}""");
        var part = Write("storage/part/msg_1/prt_1.json", "{\n\"messageID\":\"msg_1\",\"type\":\"text\",\"text\":\"Count\"}");
        Write("storage/part/msg_2/prt_2.json", """{"messageID":"msg_2","sessionID":"ses_1","type":"text","text":"Two."}""");
        var broken = Write("storage/part/msg_2/prt_3.json", "{");

        var session = Assert.Single(Sessions(path, isNamed: false));

        Assert.Equal(["user: Count", "text: Two.", "stop ok ///"], Shown(session));
        Assert.Equal("ses_1", session.Summary.SessionId);
        Assert.Equal($"{broken} is not valid JSON; it was skipped. Everything else was imported.", Assert.Single(Broken));
        // The other files are part of it, and no sessions.
        Assert.Null(Assert.Single(Steps(message, isNamed: false)).OfAnotherKind);
        Assert.Null(Assert.Single(Steps(part, isNamed: false)).OfAnotherKind);
    }

    [Fact]
    public void An_id_that_is_a_path_is_not_followed()
    {
        Write("elsewhere/msg_1.json", """{"id":"msg_1","sessionID":"x","role":"user"}""");
        Write("storage/part/msg_1/prt_1.json", """{"type":"text","text":"Secret"}""");
        var path = Write("storage/session/p/x.json", Head.Replace("ses_1", "../../elsewhere", StringComparison.Ordinal));

        Assert.Empty(Sessions(path, isNamed: false));
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(2, false)]
    public void A_session_with_too_many_files_is_refused_and_not_cut(int mostFiles, bool isRead)
    {
        var path = Write("storage/session/p/ses_1.json", Head);
        var folder = "storage/message/ses_1";
        for (var number = 0; number < 3; number++)
            Write($"{folder}/msg_{number}.json", $$"""{"id":"msg_{{number}}","sessionID":"ses_1","role":"user"}""");
        var broken = new List<string>();

        var files = OpenCodeFolder
            .In(new ImportFile(path, ImportFile.StampOf(path), IsNamed: true), 1 << 20, problem => broken.Add(problem.Message), mostFiles)
            .ToList();

        Assert.Equal(isRead ? 1 : 0, files.Count);
        string[] refusal =
        [
            $"{Path.GetFullPath(Path.Combine(path, "../../../../", folder))} has more than 2 files, so its session is not imported. "
                + "No option changes this limit.",
        ];
        Assert.Equal(isRead ? [] : refusal, broken);
    }

    [Fact]
    public void A_session_in_a_folder_changes_when_a_message_is_added()
    {
        var path = Write("storage/session/p/ses_1.json", Head);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var before = ImportFile.StampOf(path);

        Write("storage/message/ses_1/msg_1.json", "{}");

        Assert.NotEqual(before, ImportFile.StampOf(path));
    }

    [Fact]
    public void Another_session_in_a_folder_of_that_name_is_read_as_what_it_is()
    {
        var path = Write("storage/session/p/a.json", """{"session_id":"s1","events":[{"type":"user_input","content":"Hi"}]}""");

        Assert.Equal("s1", Assert.Single(Sessions(path, isNamed: false)).Summary.SessionId);
    }
}
