using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ChatSessions.Model;

namespace ChatMcpServer.Hosting.Access;

/// <summary>
/// The server's certificate, read again when its files change. Programs that renew one may write its parts one after the other: while they do
/// not fit together, the earlier one is used.
/// </summary>
/// <param name="path">A PEM file, with the certificates of its issuers after it, or a PFX file.</param>
/// <param name="keyPath">The PEM file of the key; null if the key is in the same file.</param>
/// <param name="password">The password of a PFX file; null for none.</param>
internal sealed class TlsCertificate(string path, string? keyPath, string? password)
{
    private readonly ReloadedFile<SslStreamCertificateContext> file = new(
        keyPath is null ? [path] : [path, keyPath],
        () => Read(path, keyPath, password)
    );

    private SslStreamCertificateContext? last;

    /// <summary>Called with the reason when changed files cannot be used.</summary>
    public Action<string> Failed { get; set; } = _ => { };

    /// <summary>The certificate for a new connection.</summary>
    /// <exception cref="ChatSessionException">It cannot be read, and never could.</exception>
    public SslServerAuthenticationOptions Get()
    {
        try
        {
            last = file.Get();
        }
        catch (ChatSessionException exception) when (last is not null)
        {
            Failed(exception.Message);
        }
        return new() { ServerCertificateContext = last };
    }

    private static SslStreamCertificateContext Read(string path, string? keyPath, string? password)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            X509Certificate2 certificate;
            if (Path.GetExtension(path).ToLowerInvariant() is ".pfx" or ".p12")
            {
                chain = X509CertificateLoader.LoadPkcs12CollectionFromFile(path, password);
                certificate = chain.FirstOrDefault(one => one.HasPrivateKey) ?? throw new CryptographicException("It has no private key.");
            }
            else
            {
                certificate = X509Certificate2.CreateFromPemFile(path, keyPath);
                chain.ImportFromPemFile(path);
            }
            return SslStreamCertificateContext.Create(
                certificate,
                [.. chain.Where(one => one.Thumbprint != certificate.Thumbprint)],
                offline: true
            );
        }
        catch (Exception exception)
            when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"Cannot use the certificate {SecretFile.Shown(path)} of --tls ({exception.Message.TrimEnd('.')}). "
                    + "Pass --tls CERT with a PEM file that has the key too, --tls CERT,KEY, or a PFX file with its password in CHAT_MCP_TLS_PASSWORD."
            );
        }
    }
}
