using System.CommandLine;
using ChatMcpServer.Hosting.Access;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

internal sealed class AuthRevokeVerb : Verb
{
    private readonly Argument<string> name = new("name") { Description = "The caller's name" };
    private readonly Option<bool> butNewest = new("--but-newest") { Description = "Keep the token that was made last" };
    private readonly Option<string> file;
    private readonly Terminal terminal;

    public AuthRevokeVerb(Option<string> file, Terminal terminal)
        : base("revoke", "Revoke the tokens of a caller. A running server refuses them from the next request on.")
    {
        (this.file, this.terminal) = (file, terminal);
        Add(name);
        Add(butNewest);
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["auth revoke ann", "auth revoke ann --but-newest"];

    private int Run(ParseResult flags)
    {
        var caller = flags.GetRequiredValue(name);
        var path = flags.GetValue(file) ?? AuthVerb.DefaultFile;
        if (!File.Exists(path))
            throw NotFound();
        var revoked = 0;
        TokenFile.Change(
            path,
            file.Name,
            stored =>
            {
                var kept = flags.GetValue(butNewest) ? stored.LastOrDefault(one => one.Name == caller) : null;
                List<StoredToken> rest = [.. stored.Where(one => one.Name != caller || one == kept)];
                revoked = stored.Count - rest.Count;
                return stored.Any(one => one.Name == caller) ? rest : throw NotFound();
            }
        );
        terminal.Out.WriteLine($"Revoked: {Numbers.Count(revoked, "token")} of {caller}.");
        return 0;

        ChatSessionException NotFound() =>
            new(
                ChatSessionError.NotFound,
                $"No token of '{SecretFile.Shown(caller)}' in {SecretFile.Shown(path)}. `{AuthVerb.Command(flags, file, "list")}` shows who has one."
            );
    }
}
