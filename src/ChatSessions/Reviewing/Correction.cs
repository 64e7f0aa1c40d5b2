using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>The user corrects or interrupts the agent, or refuses a call.</summary>
/// <param name="Position">The message, or the result that says that the call was refused.</param>
/// <param name="Text">What it says.</param>
/// <param name="About">The position of the agent's step that it is about.</param>
public sealed partial record Correction(int Position, string Text, int About)
{
    /// <summary>A refusal is at the beginning of a result.</summary>
    private const int Searched = 200;

    internal static ImmutableArray<Correction> Find(Session session, IReadOnlyList<ToolUse> uses) =>
        [
            .. UserMessages
                .After(session)
                .Where(one => UserMessages.IsCorrection(one.Message.Content, one.IsAnswerToQuestion))
                .Select(one => new Correction(one.Message.Position, one.Message.Content, one.Before))
                .Concat(uses.Where(IsRefused).Select(use => new Correction(use.LastPosition, TextOf(use), use.Position)))
                .OrderBy(one => one.Position),
        ];

    private static bool IsRefused(ToolUse use)
    {
        if (use is not { Call: not null, Result: { } result })
            return false;
        var start = ToolResultText.Find(result.Result).Utf8.Span;
        start = start.Length > Searched ? start[..Searched] : start;
        return (start.IndexOf("user"u8) >= 0 || start.IndexOf("User"u8) >= 0) && Refusal().IsMatch(Encoding.UTF8.GetString(start));
    }

    private static string TextOf(ToolUse use) =>
        ToolResultText.Find(use.Result!.Result) is var text && text.AsString() is { } decoded ? decoded : text.ToString();

    /// <summary>How agents record that their user did not allow a call.</summary>
    [GeneratedRegex(
        """
            ^"(<tool_use_error>|Error:\ |\[Operation\ Cancelled\]\ (Reason:\ )?)?\s*
              ( The\ user\ (doesn't\ want\ to|rejected|declined|denied|cancell?ed|did\ not\ allow)
              | User\ (rejected|declined|denied|cancell?ed|did\ not\ allow)
              | ([\w-]+\ ){0,3}(rejected|declined|denied|aborted|cancell?ed)\ by\ (the\ )?user\b )
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Refusal();
}
