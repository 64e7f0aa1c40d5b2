using Benchmarks;

switch (args)
{
    case ["vocabulary", var path]:
        Vocabulary.Write(path);
        return 0;
    case ["fidelity", "--sessions", .. var paths]:
        Fidelity.Run(paths, new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        return 0;
    default:
        Console.Error.WriteLine("vocabulary PATH   write the o200k_base vocabulary for TokenCounter");
        return 1;
}
