using System.Text;
using System.Text.RegularExpressions;
using ChatMcpServer.Hosting;
using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Sources.LlamaCloud;

namespace ChatMcpServer.Tests.Documents;

/// <summary>
/// The table of faults. What is said of each stands here, with times of the code; its tests are those that name it in
/// <see cref="ChatSessions.Tests.ProvesAttribute"/>. There is no fault without a test, and no test of an unknown fault.
/// </summary>
internal static partial class FaultTable
{
    private static readonly LlamaCloudOptions Cloud = new() { ApiKey = "llx-1" };

    private static string CloudWithin => $"{Seconds(Cloud.Patience)}; with a copy {Seconds(CloudPatience.Silence)}";

    private static string StopWithin => Seconds(Requests.StopGrace + Requests.CancelGrace);

    private const string CopyOrSentence = "The archive's copy with its age and the reason, or a sentence.";

    private const string AtOnce = "no wait";

    private sealed record Fault(string Name, string What, string Gets, string Within);

    private static IReadOnlyList<(string Group, Fault[] Faults)> Groups =>
        [
            (
                "LlamaCloud",
                [
                    new(
                        "429",
                        "It answers 429, with `Retry-After` or without",
                        $"Up to {Cloud.Retries} more tries, after the wait that it asks for if that is short enough. {CopyOrSentence}",
                        CloudWithin
                    ),
                    new("5xx", "It answers 5xx", $"Up to {Cloud.Retries} more tries. {CopyOrSentence}", CloudWithin),
                    new(
                        "reset",
                        "The connection is reset, or ends in the middle of an answer",
                        $"Up to {Cloud.Retries} more tries. {CopyOrSentence}",
                        CloudWithin
                    ),
                    new(
                        "truncated",
                        "An answer is cut short, or does not decompress",
                        $"Up to {Cloud.Retries} more tries. {CopyOrSentence}",
                        CloudWithin
                    ),
                    new("drip", "An answer drips, a byte a second", CopyOrSentence, CloudWithin),
                    new("silence", "It accepts the request and never answers", CopyOrSentence, CloudWithin),
                    new("silence in the body", "It goes silent in the middle of an answer", CopyOrSentence, CloudWithin),
                    new("too large", "An answer is over the size limit, or never ends", $"No more is read. {CopyOrSentence}", CloudWithin),
                    new("content type", "An answer is a page, such as that of a proxy", CopyOrSentence, CloudWithin),
                    new("JSON type", "The JSON is not a session or a list", CopyOrSentence, CloudWithin),
                    new("DNS", "Its name does not resolve", CopyOrSentence, CloudWithin),
                    new("connection", "It refuses connections", CopyOrSentence, CloudWithin),
                    new(
                        "TLS",
                        "Its certificate is not trusted, or there is no TLS on its port",
                        $"Nothing is sent. {CopyOrSentence}",
                        CloudWithin
                    ),
                    new(
                        "no handshake",
                        "It accepts a connection and never begins TLS",
                        CopyOrSentence,
                        $"{Seconds(LlamaCloudApi.ConnectTimeout)} a try"
                    ),
                ]
            ),
            (
                "Disks",
                [
                    new(
                        "disk full: import",
                        "The disk is full: import",
                        "A sentence. What was saved is whole; the same command goes on.",
                        AtOnce
                    ),
                    new(
                        "disk full: sync",
                        "The disk is full: sync",
                        "A sentence. What was saved is whole; the same command goes on.",
                        AtOnce
                    ),
                    new("disk full: export", "The disk is full: export", "A sentence. Every file that was written is complete.", AtOnce),
                    new("disk full: maintenance", "The disk is full: delete, compact", "A sentence. The archive is as before.", AtOnce),
                    new("disk full: read", "The disk is full: read the archive", "The answer.", AtOnce),
                    new(
                        "disk full: serve",
                        "The disk is full: a server that saves what it reads",
                        "The answer. The log says once that it is not saved.",
                        AtOnce
                    ),
                    new(
                        "disk full: temporary files",
                        "No room for temporary files",
                        "A search of the archive alone, which says why. Everything else is answered.",
                        AtOnce
                    ),
                    new("no temporary folder", "No temporary folder can be written", "The answer.", AtOnce),
                    new("file limit", "A quota, or a limit of the size of files", "A sentence. What was saved is whole.", AtOnce),
                    new(
                        "read-only: archive",
                        "The archive may only be read",
                        "The answer. What changes it is a sentence, and of a server a line in the log.",
                        AtOnce
                    ),
                    new("read-only: files", "A session file may not be read", "The others. A list names the file.", AtOnce),
                    new("output", "The output of a command cannot be written", "A sentence on standard error.", AtOnce),
                ]
            ),
            (
                "The archive",
                [
                    new(
                        "locked",
                        "Another process holds its lock for too long",
                        "Reading goes on. What cannot be saved, or is locked out, is a sentence or a line in the log.",
                        Seconds(Transactions.LongestWait)
                    ),
                    new(
                        "damaged",
                        "Its bytes are damaged, cut off or something else",
                        "What is whole in it, and a sentence for the rest. Files and LlamaCloud are answered as before.",
                        AtOnce
                    ),
                    new(
                        "replaced",
                        "Another file takes its place while a server runs",
                        "The sessions of the new file, from the next call on.",
                        AtOnce
                    ),
                    new("killed", "An importer, a sync or a server is killed", "The archive is whole; the same command goes on.", AtOnce),
                ]
            ),
            (
                "Session files",
                [
                    new(
                        "files",
                        "They are truncated, deleted or replaced while they are read",
                        "The last whole state, or a sentence. Never half a session, or another.",
                        AtOnce
                    ),
                ]
            ),
            (
                "The clock",
                [
                    new(
                        "clock",
                        "It is set forwards or backwards",
                        "All waits are as long as before. The age of a copy says that the clock was set back.",
                        AtOnce
                    ),
                ]
            ),
            (
                "The client and the end",
                [
                    new(
                        "stdin closed",
                        "Standard input ends while calls run",
                        "What is answered in time, and an error for the others. The server ends with 0.",
                        StopWithin
                    ),
                    new(
                        "stdout closed",
                        "Standard output is closed while calls run",
                        "At the next message the server ends with 1 and a sentence on standard error.",
                        StopWithin
                    ),
                    new(
                        "connection aborted",
                        "A connection over HTTP is dropped while its call runs",
                        "The call ends, and with it what it asked of LlamaCloud. Other calls go on.",
                        AtOnce
                    ),
                    new(
                        "client does not read",
                        "A client reads no answers, or not standard error",
                        "No answer waits for the log, and a signal ends the server.",
                        StopWithin
                    ),
                    new("signal: serve", "SIGTERM or SIGINT: a server", "As at the end of its input; what was read is saved.", StopWithin),
                    new(
                        "signal: verbs",
                        "SIGTERM or SIGINT: import, sync",
                        "A sentence, and 130. What was saved is whole; the same command goes on.",
                        AtOnce
                    ),
                ]
            ),
        ];

    /// <summary>The whole table, as Markdown.</summary>
    public static string Write()
    {
        var proofs = Proofs().ToLookup(proof => proof.Fault, proof => (proof.Test, proof.File));
        var known = Groups.SelectMany(group => group.Faults).Select(fault => fault.Name).ToHashSet();
        if (
            proofs.Select(proof => proof.Key).Concat(known).FirstOrDefault(name => !known.Contains(name) || !proofs.Contains(name)) is
            { } odd
        )
            throw new InvalidDataException($"The fault '{odd}' is not in the table, or no test proves it.");
        var text = new StringBuilder("| what happens | what the caller gets | within | proved by |\n|---|---|---|---|\n");
        foreach (var (group, faults) in Groups)
        {
            text.Append($"| **{group}** | | | |\n");
            foreach (var fault in faults)
            {
                var tests = proofs[fault.Name].Select(proof => $"[{proof.Test.Replace('_', ' ')}](../{proof.File})");
                text.Append($"| {fault.What} | {fault.Gets} | {fault.Within} | {string.Join("; ", tests)} |\n");
            }
        }
        return text.ToString();
    }

    /// <summary>Read from the code: this project does not know the classes of the other.</summary>
    private static IEnumerable<(string Fault, string Test, string File)> Proofs() =>
        from project in (string[])["tests/ChatSessions.Tests", "tests/ChatMcpServer.Tests"]
        from path in Directory.EnumerateFiles(Repository.Full(project), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        let file = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')
        where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
        from Match test in ProvingTest.Matches(File.ReadAllText(path).ReplaceLineEndings("\n"))
        from Match fault in Quoted.Matches(test.Groups["faults"].Value)
        select (fault.Groups["name"].Value, test.Groups["test"].Value, file);

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds} s";

    [GeneratedRegex(
        """^    \[Proves\((?<faults>[^)]*)\)\]\n(?:    \[[^\n]*\]\n)*    public (?:static )?(?:async Task|void) (?<test>\w+)\(""",
        RegexOptions.Multiline
    )]
    private static partial Regex ProvingTest { get; }

    [GeneratedRegex("\"(?<name>[^\"]+)\"")]
    private static partial Regex Quoted { get; }
}
