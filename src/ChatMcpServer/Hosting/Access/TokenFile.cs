using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatMcpServer.Mcp;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatMcpServer.Hosting.Access;

/// <summary>A token as it is stored.</summary>
/// <param name="Name">Who has it. Several tokens of a name are the same caller's.</param>
/// <param name="Hash">See <see cref="AccessToken.Hash"/>.</param>
/// <param name="Expires">From then on it is refused; null for never.</param>
internal sealed record StoredToken(string Name, byte[] Hash, DateTimeOffset Created, DateTimeOffset? Expires, IReadOnlySet<string> Scopes)
{
    public bool IsExpired(DateTimeOffset now) => now >= Expires;
}

/// <summary>
/// The file of tokens, which <c>auth</c> writes and the server reads: names, hashes, dates and scopes. Writers take turns by a lock file
/// next to it.
/// </summary>
internal static partial class TokenFile
{
    private const int Tries = 100;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(50);

    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>The name of a caller: it stands in logs, and in the archive as an owner.</summary>
    public static bool IsName(string text) => NamePattern.IsMatch(text);

    /// <summary>Reads the file. One without a byte has no tokens.</summary>
    /// <param name="option">The option that names the file, for errors.</param>
    /// <exception cref="ChatSessionException">It cannot be read, or has something else in it.</exception>
    public static IReadOnlyList<StoredToken> Read(string path, string option)
    {
        var bytes = SecretFile.Read(path, option);
        if (bytes.Length == 0)
            return [];
        var file = JsonFields.Parse(bytes, SecretFile.Shown(path)).Only("tokens");
        if (file.Required("tokens") is not { ValueKind: JsonValueKind.Array } tokens)
            throw JsonFields.Invalid($"'tokens' of {file.Where} is not a list.");
        return [.. tokens.EnumerateArray().Select((json, index) => ReadToken(json, $"token {index + 1} of {file.Where}"))];
    }

    /// <summary>Changes the file, which need not exist yet.</summary>
    /// <exception cref="ChatSessionException">The file cannot be read or written.</exception>
    public static void Change(string path, string option, Func<IReadOnlyList<StoredToken>, IReadOnlyList<StoredToken>> change)
    {
        using var turn = TakeTurn(path);
        SecretFile.Write(path, Write(change(File.Exists(path) ? Read(path, option) : [])));
    }

    private static StoredToken ReadToken(JsonElement json, string where)
    {
        var fields = JsonFields.Of(json, where).Only("name", "sha256", "created", "expires", "scopes");
        var name = fields.Text("name");
        if (name is null || !IsName(name))
            throw JsonFields.Invalid($"{where} has no valid 'name'.");
        var scopes = fields.Texts("scopes");
        return new(
            name,
            HashIn(fields.Text("sha256") ?? "") ?? throw JsonFields.Invalid($"'sha256' of {where} is not 64 hexadecimal digits."),
            Moment("created") ?? throw JsonFields.Invalid($"{where} has no 'created'."),
            Moment("expires"),
            scopes.All(Scopes.All.Contains)
                ? scopes.ToHashSet()
                : throw JsonFields.Invalid($"'scopes' of {where} has another scope than {string.Join(" and ", Scopes.All)}.")
        );

        DateTimeOffset? Moment(string of) =>
            fields.Text(of) is not { } text ? null
            : DateTimeOffset.TryParseExact(
                text,
                "O",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var moment
            )
                ? moment
            : throw JsonFields.Invalid($"'{of}' of {where} is not a date such as 2026-01-01T00:00:00.0000000+00:00.");
    }

    private static byte[]? HashIn(string hex) =>
        hex.Length == 2 * SHA256.HashSizeInBytes && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : null;

    private static byte[] Write(IReadOnlyList<StoredToken> tokens)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Indented))
        {
            json.WriteStartObject();
            json.WriteStartArray("tokens");
            foreach (var token in tokens)
            {
                json.WriteStartObject();
                json.WriteString("name", token.Name);
                json.WriteString("sha256", Convert.ToHexStringLower(token.Hash));
                json.WriteString("created", token.Created.ToString("O", CultureInfo.InvariantCulture));
                if (token.Expires is { } expires)
                    json.WriteString("expires", expires.ToString("O", CultureInfo.InvariantCulture));
                json.WriteStartArray("scopes");
                foreach (var scope in token.Scopes.Order(StringComparer.Ordinal))
                    json.WriteStringValue(scope);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    /// <summary>Two commands at the same time would lose the change of one.</summary>
    private static FileStream TakeTurn(string path)
    {
        for (var tries = 1; ; tries++)
            try
            {
                if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
                    PrivateFile.CreateFolder(folder);
                return PrivateFile.Open($"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (tries < Tries && exception is not (DirectoryNotFoundException or PathTooLongException))
            {
                Thread.Sleep(BetweenTries);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new ChatSessionException(
                    ChatSessionError.Unavailable,
                    $"Cannot write {SecretFile.Shown(path)} ({FileProblem.Reason(exception)}). Check the folder, or pass another file with --auth-file."
                );
            }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}\z")]
    private static partial Regex NamePattern { get; }
}
