using Fuzzing;
using Xunit;

namespace ChatSessions.Tests.Fuzzing;

/// <summary>A short run of each target, always with the same inputs. Benchmarks has the long one.</summary>
public sealed class FuzzTests
{
    private static readonly Func<FuzzTarget>[] Targets =
    [
        () => new SessionTarget(),
        () => new ImportTarget(),
        () => new DatabaseTarget(),
        () => new SecretsTarget(),
        () => new DoorTarget(),
        () => new WordsTarget(),
        () => new ArchiveTarget(),
    ];

    public static TheoryData<string> Names => [.. Targets.Select(make => make().Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_input_gets_an_answer_or_one_clear_sentence(string name)
    {
        await using var target = Targets.Select(make => make()).Single(one => one.Name == name);
        await Fuzz.RunAsync(target, target.InputsInTests, first: 1, cancellationToken: TestContext.Current.CancellationToken);
    }
}
