using System.Security.Cryptography;

namespace ChatMcpServer.Hosting.Access;

/// <summary>Tokens of a file, which is read again when it changes: a revoked token is refused from the next request on.</summary>
internal sealed class FileTokens(string path, TimeProvider time) : ITokenCheck
{
    /// <summary>How an owner begins that has a token of a file.</summary>
    public const string OwnerPrefix = "token:";

    private readonly ReloadedFile<IReadOnlyList<StoredToken>> file = new([path], () => TokenFile.Read(path, "--auth"));

    public string? Issuer => null;

    public string OwnerOf(string name) => OwnerPrefix + name;

    public Task<TokenVerdict> CheckAsync(string token, CancellationToken cancellationToken)
    {
        var hash = AccessToken.Hash(token);
        StoredToken? found = null;
        // All are compared, each in constant time, so that the time says nothing of any.
        foreach (var stored in file.Get())
            if (CryptographicOperations.FixedTimeEquals(stored.Hash, hash))
                found = stored;
        return Task.FromResult(
            found is null ? TokenVerdict.Refused("The token is not known, or was revoked")
            : found.IsExpired(time.GetUtcNow()) ? TokenVerdict.Refused("The token has expired")
            : new(OwnerOf(found.Name), found.Name, found.Scopes, Refusal: null)
        );
    }

    public Task CheckReadyAsync(CancellationToken cancellationToken)
    {
        file.Get();
        return Task.CompletedTask;
    }
}
