using Benchmarks;
using Benchmarks.Archive;
using Benchmarks.Load;
using Benchmarks.Questions;
using Benchmarks.Replicas;

using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
switch (args)
{
    case ["cold-start", "--server", var server, "--vendor", var vendor]:
        await ColdStart.RunAsync(server, vendor, output);
        return 0;
    case ["calls", "--server", var server]:
        await Calls.RunAsync(server, output);
        return 0;
    case ["calls"]:
        ToolCallSpeed.Run(output);
        return 0;
    case ["memory"]:
        MemoryBenchmark.Run(events: 100_000, output);
        return 0;
    case ["memory", "--answer-once", var path]:
        MemoryBenchmark.AnswerOnce(path, output);
        return 0;
    case ["throughput", "--server", var server]:
        await Throughput.RunAsync(server, output);
        return 0;
    case ["constant", var answer, .. var http]:
        return await ConstantServer.RunAsync(answer, isHttp: http is ["--http"]);
    case ["fidelity", "--sessions", .. var files]:
        FidelityTable.Run(files, output);
        return 0;
    case ["questions", .. var arguments]:
        QuestionsTable.Run(arguments, made: MadeSessions.All(), output);
        return 0;
    case ["comparison"]:
        ComparisonTable.Run(output);
        return 0;
    case ["condensing", .. var arguments]:
        CondensingSpeed.Run(arguments, output);
        return 0;
    case ["injections", "--sessions", .. var files]:
        InjectionTable.Run(files, output);
        return 0;
    case ["review"]:
        ReviewSpeed.Run(output);
        return 0;
    case ["secrets", "--cost", .. var arguments]:
        await RedactionCost.RunAsync(arguments, output);
        return 0;
    case ["secrets", .. var paths]:
        HiddenSecrets.Run(paths, output);
        return 0;
    case ["made", var folder]:
        Directory.CreateDirectory(folder);
        foreach (var session in MadeSessions.All())
            File.WriteAllBytes(Path.Combine(folder, $"{session.Summary.SessionId}.json"), session.Json.Utf8.Span);
        return 0;
    case ["archive", .. var arguments]:
        await ArchiveBenchmark.RunAsync(arguments, output);
        return 0;
    case ["search", .. var arguments]:
        await ArchiveBenchmark.RunAsync(["quality", .. arguments], output);
        return 0;
    case ["archive-writer", .. var arguments]:
        await ArchiveChildren.WriteAsync(arguments, output);
        return 0;
    case ["archive-reader", .. var arguments]:
        await ArchiveChildren.ReadAsync(arguments, Console.In, output);
        return 0;
    case ["agents", "--server", var server, "--megabytes", var megabytes]:
        await AgentImports.RunAsync(server, int.Parse(megabytes), output);
        return 0;
    case ["fuzz", .. var arguments]:
        return await FuzzCommand.RunAsync(arguments, output);
    case ["load", .. var arguments]:
        return await LoadBenchmark.RunAsync(arguments, output);
    case ["flood", .. var arguments]:
        return await FloodBenchmark.RunAsync(arguments, output);
    case ["flooding", var address, var token]:
        await FloodBenchmark.FloodAsync(address, token, Console.In, output);
        return 0;
    case ["replicas", .. var arguments]:
        return await ReplicasBenchmark.RunAsync(arguments, output);
    case ["partitions", .. var arguments]:
        await PartitionLoad.RunAsync(arguments, output);
        return 0;
    case ["vocabulary", var path]:
        Vocabulary.Write(path);
        return 0;
    default:
        Console.Error.WriteLine(
            """
            cold-start --server FILE --vendor FOLDER   from starting the server to its first reply, next to the vendor's
            calls --server FILE         questions one after the other, the sessions being in a LlamaCloud on loopback
            calls                       lists of tool calls, of sessions of several lengths
            memory                      a long session's bytes to an answer: time next to JsonDocument.Parse, and memory
            throughput --server FILE    many calls at once, next to a tool that returns a constant
            fidelity --sessions FILE… [--budgets N,N,…] [--verbose] [--redact]
                                        what answers still hold of sessions, and whether all that they say of their cuts is true; also with
                                        secrets hidden
            questions [--sessions FILE…] [--budgets N,N,…] [--focus] [--verbose]
                                        how many questions about sessions their answers answer
            comparison                  what the answers to questions cost in a file, in the lines that rg finds, and from the server
            condensing [--sessions FILE…] [--budgets N,N,…]
                                        the time that it takes, next to JsonDocument.Parse
            injections --sessions FILE… [--verbose]
                                        how many events look like instructions: of recorded work, false alarms
            review                      what reviews of sessions and comparisons of two take
            secrets FILE|FOLDER…        what the rules for secrets find in sessions and sources, to look at, and what that costs
            secrets --cost [--server FILE] [--sessions FILE|FOLDER…]
                                        what hiding secrets adds to the first answer about a session, and to an import
            made FOLDER                 writes the made sessions that questions are asked about, to read their answers
            archive [PART…] [--sessions FILE…] [--server FILE] [--count N,N] [--folder FOLDER] [--postgres]
                                        an archive of generated sessions next to what it is held to: import search list memory cold-start
                                        kill readers quality, or one of them; FILEs are what to make sessions of and the lines that are searched
                                        for, FOLDER keeps the archives for the next run, 2 GB for 100,000 sessions
            search --sessions FILE… [--cases N] [--verbose x]
                                        whether three words of error lines and of identifiers, and questions in plain words, find the right
                                        event or session among the first five
            agents --server FILE --megabytes N
                                        the import of an agent's transcripts, the same again, and lines that are added while it follows
            fuzz --target NAME|all [--inputs N] [--seed S]
                                        inputs at random for everything that takes some; a failure says its seed, which runs it again alone
            replicas --server FILE [--seconds N] [--clients N] [--haproxy FILE] [--sessions FILE]
                                        three replicas behind HAProxy with a PostgreSQL of their own: what each adds, and what is lost when
                                        one is killed
            partitions [--sessions FILE…] [--cases SECONDS]
                                        what a saved session costs a PostgreSQL of its own, at the load of one, two and four owners
            load [--minutes N] [--seed S] [--server FILE]
                                        mixed calls while LlamaCloud fails, files change and clients leave; the exit code says whether all
                                        that should succeed did, and whether anything was left over
            flood [--seconds N] [--server FILE]
                                        how long a caller waits while another asks as much as it can
            vocabulary FILE             writes the o200k_base vocabulary for TokenCounter
            """
        );
        return 1;
}
