using System.CommandLine;
using System.Globalization;
using ChatMcpServer.Hosting.Access;

namespace ChatMcpServer.Cli;

internal sealed class AuthListVerb : Verb
{
    private readonly Option<string> file;
    private readonly Terminal terminal;

    public AuthListVerb(Option<string> file, Terminal terminal)
        : base("list", "List the callers who have a token, when it was made, when it expires and what it allows.")
    {
        (this.file, this.terminal) = (file, terminal);
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["auth list"];

    private int Run(ParseResult flags)
    {
        var now = TimeProvider.System.GetUtcNow();
        var path = flags.GetValue(file) ?? AuthVerb.DefaultFile;
        var tokens = File.Exists(path) ? TokenFile.Read(path, file.Name) : [];
        if (tokens.Count == 0)
            terminal.Remark($"No tokens in {SecretFile.Shown(path)} yet. `{AuthVerb.Command(flags, file, "add", "NAME")}` makes one.");
        foreach (var token in tokens)
        {
            var expires =
                token.Expires is null ? "does not expire"
                : token.IsExpired(now) ? $"expired {Date(token.Expires.Value)}"
                : $"expires {Date(token.Expires.Value)}";
            terminal.Out.WriteLine(
                $"{token.Name}  made {Date(token.Created)}, {expires}, {string.Join(' ', token.Scopes.Order(StringComparer.Ordinal))}"
            );
        }
        return 0;
    }

    private static string Date(DateTimeOffset date) => date.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
