using ChatSessions.Model;

namespace ChatMcpServer.Hosting.Access;

/// <summary>Says whose a bearer token is.</summary>
internal interface ITokenCheck
{
    /// <summary>The issuer whom clients ask for tokens; null if an operator hands them out.</summary>
    string? Issuer { get; }

    /// <summary>The owner of the sessions of a caller with this name.</summary>
    string OwnerOf(string name);

    /// <summary>Checks a token, which may be anything.</summary>
    /// <exception cref="ChatSessionException">Nobody can be checked now: a file cannot be read, or the issuer does not answer.</exception>
    Task<TokenVerdict> CheckAsync(string token, CancellationToken cancellationToken);

    /// <summary>Whether tokens can be checked at all.</summary>
    /// <exception cref="ChatSessionException">They cannot.</exception>
    Task CheckReadyAsync(CancellationToken cancellationToken);
}

/// <summary>What is known of a token.</summary>
/// <param name="Owner">The owner of the caller's sessions; null if the token is refused.</param>
/// <param name="Name">The caller's name in the file of callers; null if the token is refused.</param>
/// <param name="Scopes">What the caller may do.</param>
/// <param name="Refusal">Why the token is refused, without anything of it; null if it is accepted.</param>
internal sealed record TokenVerdict(string? Owner, string? Name, IReadOnlySet<string> Scopes, string? Refusal)
{
    private static readonly HashSet<string> None = [];

    public static TokenVerdict Refused(string why) => new(null, null, None, why);
}
