using ModelContextProtocol.Protocol;

namespace ChatMcpServer.Mcp;

/// <summary>
/// A program that shows the answers of tools to its model, as text. Most others are programs that read answers themselves. What each host
/// does with a long answer, and how that was measured, is in docs/hosts.md.
/// </summary>
/// <param name="Name">What people call it.</param>
/// <param name="Client">How the name in its <c>clientInfo</c> begins, in lower case and without spaces and hyphens.</param>
/// <param name="Limits">How much of an answer it shows whole; none if that is unknown, or no answer is longer.</param>
internal sealed record KnownHost(string Name, string Client, params AnswerLimit[] Limits)
{
    /// <summary>The limits are a little below those that were measured.</summary>
    private static readonly KnownHost[] All =
    [
        new("Claude Code", "claudecode"),
        new("Claude", "claudeai"),
        new("Codex", "codex", new AnswerLimit(47_500, AnswerUnit.Bytes)),
        new("Gemini CLI", "geminicli", new AnswerLimit(39_500, AnswerUnit.Characters)),
        new("Qwen Code", "qwencli", new AnswerLimit(27_900, AnswerUnit.Characters)),
        new("opencode", "opencode", new AnswerLimit(51_000, AnswerUnit.Bytes), new AnswerLimit(1_980, AnswerUnit.Lines)),
        new("Copilot CLI", "copilotcli", new AnswerLimit(19_900, AnswerUnit.Bytes)),
        new("Copilot CLI", "githubcopilot", new AnswerLimit(19_900, AnswerUnit.Bytes)),
        new("VS Code", "visualstudiocode"),
        new("Cursor", "cursor"),
        new("Windsurf", "windsurf"),
        new("Zed", "zed"),
        new("Goose", "goose"),
        new("Cline", "cline"),
        new("Roo Code", "roocode"),
        new("Kilo Code", "kilocode"),
        new("Continue", "continue"),
        new("JetBrains", "jetbrains"),
        new("Xcode", "xcode"),
        new("Amp", "ampmcpclient"),
        new("Droid", "factorycli"),
        new("Antigravity", "antigravity"),
        new("Amazon Q", "qdevcli"),
        new("Crush", "crush"),
        new("Kimi", "kimi"),
        new("Warp", "warp"),
        new("Raycast", "com.raycast"),
    ];

    /// <summary>The host that a client says it is; null for any other client.</summary>
    public static KnownHost? Of(Implementation? client)
    {
        // The SDK lets a name of null pass.
        if (client?.Name is not { } given)
            return null;
        var name = given.Replace(" ", "").Replace("-", "").ToLowerInvariant();
        return Array.Find(All, host => name.StartsWith(host.Client, StringComparison.Ordinal));
    }
}
