namespace ChatSessions.Tests;

/// <summary>
/// The faults that a test provokes, by their names in the table of faults. <c>docs/reliability.md</c> is made of them: it has no fault
/// without a test.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProvesAttribute(params string[] faults) : Attribute
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
