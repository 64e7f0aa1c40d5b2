using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChatSessions.Model;

/// <summary>How agents record in a call's result that their user did not allow the call, or cancelled it.</summary>
internal static partial class Refusal
{
    /// <summary>A refusal is at the beginning of a result.</summary>
    private const int Searched = 320;

    /// <summary>The result of a refused call that is JSON is not longer.</summary>
    private const int LongestJson = 64 * 1024;

    private const string Refused = "refused by the user";
    private const string Cancelled = "cancelled by the user";

    /// <summary>What stands before the user's words.</summary>
    private static readonly string[] BeforeWords =
    [
        "the user said:",
        "The user said:",
        "the following feedback:",
        "User feedback:",
        "with reason:",
    ];

    /// <summary>What stands after the user's words.</summary>
    private static readonly string[] BehindWords = ["</feedback>", "\n\nNote: The user's next message may contain"];

    /// <summary>What the user did: "refused by the user" or "cancelled by the user"; null if the text does not say that.</summary>
    /// <param name="isFailed">Whether the result has another sign of failure. Without one, only the exact words of an agent count.</param>
    public static string? Find(RawJson text, bool isFailed)
    {
        if (text.Kind != JsonValueKind.String)
            return null;
        var utf8 = text.Utf8.Span[1..^1];
        var start = utf8[..Math.Min(utf8.Length, Searched)];
        if (start.IndexOf("user"u8) < 0 && start.IndexOf("User"u8) < 0)
            return isFailed && IsEndOfCodex(utf8) ? Refused : null;
        var beginning = Encoding.UTF8.GetString(start).Replace("\\u0027", "'", StringComparison.OrdinalIgnoreCase);
        if (utf8.Length > Searched)
            beginning += "…";
        return Exact().IsMatch(beginning) ? Refused
            : !isFailed ? null
            : IsEndOfCodex(utf8) ? Refused
            : Likely().Match(beginning) is not { Success: true } likely ? null
            : likely.Groups["cancelled"].Success ? Cancelled
            : Refused;
    }

    /// <summary>Whether it is the reason of an outcome that is a refusal.</summary>
    public static bool IsReason(string? reason) => reason is Refused or Cancelled;

    /// <summary>What the user said of it, without the agent's words around that; null if the user said nothing.</summary>
    public static string? Words(string text)
    {
        if (text.StartsWith('{'))
            return text.Length <= LongestJson ? FeedbackIn(text) : null;
        var searched = Math.Min(text.Length, Searched);
        foreach (var before in BeforeWords)
        {
            var at = text.IndexOf(before, 0, searched, StringComparison.Ordinal);
            if (at < 0)
                continue;
            var words = text.AsSpan(at + before.Length).TrimStart();
            if (words.StartsWith("<feedback>"))
                words = words["<feedback>".Length..];
            foreach (var behind in BehindWords)
                if (words.IndexOf(behind) is >= 0 and var end)
                    words = words[..end];
            return words.Trim() is { IsEmpty: false } said ? said.ToString() : null;
        }
        return null;
    }

    private static string? FeedbackIn(string text)
    {
        try
        {
            return
                RawJson.Parse(Encoding.UTF8.GetBytes(text)).Property("feedback").AsString() is { } said && !string.IsNullOrWhiteSpace(said)
                ? said.Trim()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Codex quotes the command first, which may be long: <c>exec_command failed for `…`: CreateProcess { message: "Rejected(\"rejected by user\")" }</c>.</summary>
    private static bool IsEndOfCodex(ReadOnlySpan<byte> utf8) => utf8.EndsWith("Rejected(\\\\\\\"rejected by user\\\\\\\")\\\" }"u8);

    /// <summary>What agents write of such a call, and nothing else does.</summary>
    [GeneratedRegex(
        """
            ^( The\ user\ doesn't\ want\ to\ (proceed\ with\ this\ tool\ use|take\ this\ action\ right\ now)\b
             | The\ agent\ proposed\ a\ plan\ that\ was\ rejected\ by\ the\ user\.
             | Permission\ for\ this\ tool\ use\ was\ denied\.\ .{0,200}\ The\ user\ said:
             | The\ user\ rejected\ permission\ to\ use\ this\ specific\ tool\ call\b
             | (\{\\"status\\":\\"denied\\",\\"message\\":\\")?The\ user\ denied\ this\ operation(\.|\ and\ provided\ the\ following\ feedback|\\"|$)
             | The\ user\ has\ declined\ to\ run\ this\ tool\.
             | The\ user\ chose\ to\ skip\ the\ tool\ call,\ they\ want\ to\ proceed\ without
             | The\ tool\ call\ is\ rejected\ by\ the\ user\.
             | The\ tool\ call\ required\ approval\ from\ the\ user,\ but\ the\ user\ rejected\ it\b
             | \[Operation\ Cancelled\]\ Reason:\ User\ (denied\ execution|did\ not\ allow\ tool\ call)\b
             | Error:\ Tool\ call\ invocation\ was\ rejected\ by\ user\.
             | User\ rejected\ the\ tool\ call\ for\ [`'"\\]
             | ((exec\ command|patch)\ )?rejected\ by\ user$ )
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Exact();

    /// <summary>What other agents may write of it.</summary>
    [GeneratedRegex(
        """
            ^(<tool_use_error>|Error:\ |\[Operation\ Cancelled\]\ (Reason:\ )?)?\s*
              ( The\ user\ (doesn't\ want\ to|rejected|declined|denied|(?<cancelled>cancell?ed)|did\ not\ allow)\b
              | User\ (rejected|declined|denied|(?<cancelled>cancell?ed)|did\ not\ allow)\b
              | ([\w-]+\ ){0,3}(rejected|declined|denied|(?<cancelled>aborted|cancell?ed))\ by\ (the\ )?user\b )
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Likely();
}
