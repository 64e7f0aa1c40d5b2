using System.Text;
using ChatSessions.Importing;
using ChatSessions.Json;
using ChatSessions.Sources.Files;
using Microsoft.Data.Sqlite;

namespace Fuzzing;

/// <summary>Databases of other programs, with changed values and, in some, changed bytes. An input is the whole file.</summary>
internal sealed class DatabaseTarget() : FuzzTarget("databases")
{
    private const string OpenCode = """
        create table session (id text primary key, parent_id text, directory text, title text, version text, time_created integer, time_updated integer);
        create table message (id text primary key, session_id text, time_created integer, data text);
        create table part (id text primary key, message_id text, session_id text, data text);
        insert into session values ('s1', null, '/w', 'Pots', '1.3', 1770000000000, 1770000009000), ('s2', 's1', '/w', 'Pans', '1.3', 1, 2);
        insert into message values ('m1', 's1', 1770000001000, $0), ('m2', 's1', 1770000002000, $1), ('m3', 's2', 1, $0);
        insert into part values ('p1', 'm1', '', $2), ('p2', 'm2', '', $3), ('p3', 'm2', '', $4), ('p4', 'm3', 's2', $2);
        """;

    private const string Goose = """
        create table sessions (id text primary key, name text, description text, session_type text, working_dir text, created_at timestamp,
          updated_at timestamp, accumulated_input_tokens integer, accumulated_output_tokens integer, provider_name text, model_config_json text);
        create table messages (id integer primary key autoincrement, session_id text, role text, content_json text, created_timestamp integer,
          metadata_json text);
        insert into sessions values ('g1', 'Pots', '', 'user', '/w', '2026-02-02 02:40:00', '2026-02-02 02:41:00', 30, 4, 'p', $5);
        insert into messages (session_id, role, content_json, created_timestamp, metadata_json)
          values ('g1', 'user', $6, 1770000000, $7), ('g1', 'assistant', $8, 1770000001, null), ('g1', 'user', $9, 1770000002, null);
        """;

    private const string Cursor = """
        create table cursorDiskKV (key text unique on conflict replace, value blob);
        insert into cursorDiskKV values ('composerData:c1', $10), ('bubbleId:c1:b1', $11), ('bubbleId:c1:b2', $12), ('composerData:c2', $5);
        """;

    private static readonly (string Name, string Sql)[] Programs =
    [
        ("opencode.db", OpenCode),
        ("sessions.db", Goose),
        ("state.vscdb", Cursor),
    ];

    private static readonly string[] Values =
    [
        """{"role":"user","time":{"created":1770000001000}}""",
        """{"role":"assistant","modelID":"m-1","providerID":"p","time":{"created":1770000002000,"completed":1770000005000},"finish":"stop"}""",
        """{"type":"text","text":"Count the pots."}""",
        """{"type":"tool","callID":"c1","tool":"bash","state":{"status":"completed","input":{"command":"ls"},"output":"none","metadata":{"exit":2},"time":{"start":1770000003000,"end":1770000004000}}}""",
        """{"type":"step-finish","tokens":{"input":10,"output":3,"reasoning":2,"cache":{"read":5,"write":1}}}""",
        """{"model_name":"m-1"}""",
        """[{"type":"text","text":"Count the pots."}]""",
        """{"userVisible":true,"agentVisible":true}""",
        """[{"type":"thinking","thinking":"Look.","signature":"s"},{"type":"toolRequest","id":"c1","toolCall":{"status":"success","value":{"name":"shell","arguments":{"command":"ls"}}}}]""",
        """[{"type":"toolResponse","id":"c1","toolResult":{"status":"success","value":{"content":[{"type":"text","text":"a b"}],"isError":false}}}]""",
        """{"composerId":"c1","name":"Pots","createdAt":1770000000000,"modelConfig":{"modelName":"m-1"},"fullConversationHeadersOnly":[{"bubbleId":"b1","type":1},{"bubbleId":"b2","type":2}]}""",
        """{"type":1,"text":"Count","richText":"{}","createdAt":"2026-02-02T02:40:01.000Z","workspaceProjectDir":"/w"}""",
        """{"type":2,"text":"","thinking":{"text":"Look."},"toolFormerData":{"toolCallId":"t1","name":"read_file","rawArgs":"{\"path\":\"a\"}","status":"completed","result":"{\"contents\":\"x\"}"},"tokenCount":{"inputTokens":0}}""",
    ];

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"chat-fuzz-{Guid.NewGuid():N}");

    public override int InputsInTests => 60;

    public override byte[] Make(Random random)
    {
        var (name, sql) = Programs[random.Next(Programs.Length)];
        var path = New(name);
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            // Nothing waits for the disk: the file is gone after the input.
            command.CommandText = $"pragma synchronous = off; pragma journal_mode = memory; begin; {sql} commit;";
            for (var number = 0; number < Values.Length; number++)
                command.Parameters.AddWithValue($"${number}", Value(random, Values[number]));
            command.ExecuteNonQuery();
        }
        var database = File.ReadAllBytes(path);
        for (var count = random.Next(3) == 0 ? random.Next(1, 30) : 0; count > 0; count--)
            database[random.Next(database.Length / 4096) * 4096 + random.Next(4096)] = (byte)random.Next(256);
        return [.. Encoding.UTF8.GetBytes($"{name}\n"), .. database];
    }

    public override Task RunAsync(byte[] input, CancellationToken cancellationToken)
    {
        var head = Array.IndexOf(input, (byte)'\n');
        var path = New(Encoding.UTF8.GetString(input.AsSpan(0, head)));
        File.WriteAllBytes(path, input[(head + 1)..]);
        var reader = new ImportReader(null, ImportFormats.Known, followed: null, TimeProvider.System, FileSource.DefaultMaxSessionBytes);
        foreach (var step in reader.Read([new ImportFile(path, ImportFile.StampOf(path), IsNamed: true)], cancellationToken))
        {
            if (step.Problem is { } problem)
                Fuzz.CheckSentence(problem.Sentence);
            if (step.Session is { } imported)
                DerivedForms.Check(SessionJson.Read(imported.Session.Json.Utf8, "The imported session"), cancellationToken);
        }
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return base.DisposeAsync();
    }

    /// <summary>Most often the value, changed; at times a number, bytes or nothing.</summary>
    private static object Value(Random random, string value) =>
        random.Next(20) switch
        {
            0 => DBNull.Value,
            1 => random.NextInt64(),
            2 => Mutations.Mutate(random, Encoding.UTF8.GetBytes(value)),
            < 12 => value,
            _ => Encoding.UTF8.GetString(Mutations.Mutate(random, Encoding.UTF8.GetBytes(value))),
        };

    /// <summary>The path of a file in an empty folder.</summary>
    private string New(string name)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, name);
    }
}
