using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>Finds the line that says what went wrong in the result of a failed call, in whichever field it is.</summary>
internal static class FailureLine
{
    private static readonly string[] ErrorFields = ["error", "stderr"];

    /// <summary>Fields with such names say why something failed, if the output names no error: that a time limit was met, for example.</summary>
    private static readonly string[] Reasons = ["error", "exception", "message", "reason"];

    /// <param name="shown">The part of the result that is its text.</param>
    public static string? Find(RawJson result, RawJson shown)
    {
        var error = ErrorFields.Select(name => TextOf(result.Property(name))).FirstOrDefault(text => text is not null);
        var text = error ?? TextOf(shown) ?? "";
        var reason = error is null ? Fields(result).Select(ErrorLine.Last).FirstOrDefault() : null;
        var line = ErrorLine.OfException(text) ?? reason ?? ErrorLine.Last(text);
        return string.IsNullOrWhiteSpace(line) ? null : line.Trim();
    }

    private static IEnumerable<string> Fields(RawJson result) =>
        result
            .Properties()
            .Where(field => Array.Exists(Reasons, name => field.Key.Contains(name, StringComparison.OrdinalIgnoreCase)))
            .Select(field => TextOf(field.Value))
            .OfType<string>();

    /// <summary>A text, the message of an error that is an object, or the last text of several, or null.</summary>
    private static string? TextOf(RawJson value)
    {
        var text =
            value.AsString()
            ?? value.Property("message").AsString()
            ?? (value.Items() is [.., var last] ? last.AsString() ?? last.Property("text").AsString() : null);
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }
}
