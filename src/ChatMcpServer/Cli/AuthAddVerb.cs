using System.CommandLine;
using System.Globalization;
using ChatMcpServer.Hosting;
using ChatMcpServer.Hosting.Access;
using ChatMcpServer.Mcp;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

internal sealed class AuthAddVerb : Verb
{
    private readonly Argument<string> name = new("name") { Description = "The caller's name: letters, digits and . _ @ -" };
    private readonly Option<string> expires = Flags.Text("--expires", "DAYS", "When the token expires, such as 90d. Default: never");
    private readonly Option<string[]> scopes = new("--scope")
    {
        HelpName = "SCOPE",
        Description = $"What the caller may do; may be repeated: {string.Join(" or ", Scopes.All)}. Default: both",
    };
    private readonly Option<bool> rotate = new("--rotate")
    {
        Description = "Make another token for a caller who has one. Both are valid until `auth revoke NAME --but-newest`",
    };
    private readonly Option<string> file;
    private readonly Terminal terminal;

    public AuthAddVerb(Option<string> file, Terminal terminal)
        : base("add", "Make a token, and print it. It is not stored, and cannot be shown again.")
    {
        (this.file, this.terminal) = (file, terminal);
        Add(name);
        Add(expires);
        Add(scopes);
        Add(rotate);
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["auth add ann --expires 90d", "auth add ann --rotate"];

    private int Run(ParseResult flags)
    {
        var caller = flags.GetRequiredValue(name);
        if (!TokenFile.IsName(caller))
            throw Invalid($"Invalid name '{caller}'. Use letters, digits and . _ @ -, beginning with a letter or digit, at most 64.");
        var asked = flags.GetValue(scopes) is { Length: > 0 } given ? given.ToHashSet() : [.. Scopes.All];
        if (asked.FirstOrDefault(scope => !Scopes.All.Contains(scope)) is { } unknown)
            throw Invalid($"Invalid {scopes.Name} '{unknown}'. Use {string.Join(" or ", Scopes.All)}.");
        var now = TimeProvider.System.GetUtcNow();
        var until = flags.GetValue(expires) is { } days ? now + Days.Parse(expires.Name, days) : (DateTimeOffset?)null;
        var path = flags.GetValue(file) ?? AuthVerb.DefaultFile;
        var token = AccessToken.Make();
        TokenFile.Change(
            path,
            file.Name,
            stored =>
            {
                if (stored.Any(one => one.Name == caller) && !flags.GetValue(rotate))
                    throw Invalid(
                        $"{caller} has a token already, and another one would be for the same caller. Add --rotate if that is meant, or use another name."
                    );
                // First, since it must not be valid if nobody could read it.
                terminal.Out.WriteLine(token);
                terminal.Flush();
                return [.. stored, new StoredToken(caller, AccessToken.Hash(token), now, until, asked)];
            }
        );
        terminal.Remark(
            $"This is {caller}'s token{(until is { } date ? string.Create(CultureInfo.InvariantCulture, $", valid until {date:yyyy-MM-dd HH:mm} UTC") : "")}. "
                + $"It cannot be shown again. Serve with --auth tokens:{SecretFile.Shown(path)}; clients send it as 'Authorization: Bearer TOKEN'."
        );
        return 0;
    }

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);
}
