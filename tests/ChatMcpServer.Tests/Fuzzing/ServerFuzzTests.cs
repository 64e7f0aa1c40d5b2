using Fuzzing;
using Fuzzing.Server;
using Xunit;

namespace ChatMcpServer.Tests.Fuzzing;

/// <summary>A short run of each target that needs the server, always with the same inputs.</summary>
public sealed class ServerFuzzTests
{
    private static readonly Func<FuzzTarget>[] Targets =
    [
        () => new RequestsTarget(),
        () => new AddressesTarget(),
        () => new FramesTarget(),
    ];

    public static TheoryData<string> Names => [.. Targets.Select(make => make().Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_message_gets_an_answer_or_one_clear_sentence(string name)
    {
        await using var target = Targets.Select(make => make()).Single(one => one.Name == name);
        await Fuzz.RunAsync(target, target.InputsInTests, first: 1, cancellationToken: TestContext.Current.CancellationToken);
    }
}
