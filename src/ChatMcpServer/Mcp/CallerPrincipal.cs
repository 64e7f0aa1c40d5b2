using System.Security.Claims;
using ChatSessions.Sources;

namespace ChatMcpServer.Mcp;

/// <summary>The user of a request, as the transport has authenticated them.</summary>
/// <param name="caller">Who asks.</param>
/// <param name="scopes">What they may do; see <see cref="Scopes"/>.</param>
public sealed class CallerPrincipal(Caller caller, IReadOnlySet<string> scopes)
    : ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, caller.Name)], "bearer"))
{
    public Caller Caller { get; } = caller;

    public IReadOnlySet<string> Scopes { get; } = scopes;
}

/// <summary>Registered if every request must have a <see cref="CallerPrincipal"/>, so that no other ever becomes the local user.</summary>
public sealed class CallersOnly;
