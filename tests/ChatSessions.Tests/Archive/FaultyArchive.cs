using System.Reflection;
using ChatSessions.Archive;

namespace ChatSessions.Tests.Archive;

/// <summary>An archive in which some calls fail at first.</summary>
public class FaultyArchive : DispatchProxy
{
    private ISessionArchive inner = null!;
    private Exception fault = null!;
    private string[] failing = [];
    private int faults;

    /// <param name="faults">How many calls fail.</param>
    /// <param name="failing">The methods that fail.</param>
    internal static ISessionArchive Over(ISessionArchive inner, Exception fault, int faults, params string[] failing)
    {
        var proxy = Create<ISessionArchive, FaultyArchive>();
        var faulty = (FaultyArchive)(object)proxy;
        (faulty.inner, faulty.fault, faulty.failing, faulty.faults) = (inner, fault, failing, faults);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        failing.Contains(targetMethod!.Name) && faults-- > 0 ? throw fault : targetMethod.Invoke(inner, args);
}
