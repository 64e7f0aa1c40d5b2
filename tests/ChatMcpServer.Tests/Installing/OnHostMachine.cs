using ChatMcpServer.Installing;
using Xunit;

namespace ChatMcpServer.Tests.Installing;

/// <summary>A home folder and a project folder, and configurations that are changed in them.</summary>
public abstract class OnHostMachine : IDisposable
{
    private protected HostMachine Machine { get; } = new();

    public static TheoryData<string> HostNames => [.. Hosts.All.Select(host => host.Name)];

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Machine.Dispose();
    }

    private protected static void Apply(HostPlan plan, HostOutcome expected)
    {
        Assert.True(plan.Outcome == expected, $"{plan.Outcome}: {plan.Sentence}");
        plan.Target.Apply(plan, TimeProvider.System);
    }
}
