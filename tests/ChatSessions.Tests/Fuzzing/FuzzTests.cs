using Fuzzing;
using Xunit;

namespace ChatSessions.Tests.Fuzzing;

/// <summary>A short run of each target, always with the same inputs. Benchmarks has the long one.</summary>
public sealed class FuzzTests
{
    private static readonly FuzzTarget[] Targets =
    [
        new SessionTarget(),
        new ImportTarget(),
        new SecretsTarget(),
        new DoorTarget(),
        new WordsTarget(),
    ];

    public static TheoryData<string> Names => [.. Targets.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Every_input_gets_an_answer_or_one_clear_sentence(string name)
    {
        var target = Targets.Single(one => one.Name == name);
        return Fuzz.RunAsync(target, target.InputsInTests, first: 1, cancellationToken: TestContext.Current.CancellationToken);
    }
}
