using System.Buffers;
using System.Text;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>Builds paths and queries from what callers pass, so that an id can never be read as anything else.</summary>
internal static class RequestPath
{
    /// <summary>Longer than any id seen, and short enough for servers' limits on the request line.</summary>
    internal const int MaxLength = 1_000;

    /// <summary>A value as one percent-encoded segment of a path.</summary>
    /// <exception cref="ChatSessionException">The value cannot be an id, or a server would read it as another path.</exception>
    public static string Segment(string name, string value) =>
        value is "." or ".." ? throw Invalid(name, $"'{value}' is part of a path") : Escape(name, value);

    /// <summary>A query parameter, <c>&amp;name=value</c>.</summary>
    /// <inheritdoc cref="Segment"/>
    public static string Parameter(string name, string value) => $"&{name}={Escape(name, value)}";

    /// <summary>A query parameter that must be a UUID; empty if there is no value.</summary>
    /// <inheritdoc cref="Segment"/>
    public static string UuidParameter(string name, string? value) =>
        value is null ? ""
        : LlamaCloudOptions.IsUuid(value) ? Parameter(name, value)
        : throw new ChatSessionException(
            ChatSessionError.InvalidArgument,
            $"{name} is not a UUID such as 01234567-89ab-cdef-0123-456789abcdef. Copy it from LlamaCloud's settings, or omit {name}."
        );

    /// <summary>Joins parameters into the query string that follows a path.</summary>
    public static string Query(params ReadOnlySpan<string> parameters)
    {
        var joined = string.Concat(parameters);
        return joined.Length == 0 ? "" : "?" + joined[1..];
    }

    private static string Escape(string name, string value)
    {
        if (string.IsNullOrWhiteSpace(value))
            throw Invalid(name, "it is empty");
        if (value.Length > MaxLength)
            throw Invalid(name, $"it has {value.Length.Grouped()} characters, more than the limit of {MaxLength.Grouped()}");
        if (value.Any(char.IsControl))
            throw Invalid(name, "it contains a control character, such as a line break");
        if (!IsWellFormed(value))
            throw Invalid(name, "it contains half of a surrogate pair");
        return Uri.EscapeDataString(value);
    }

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (Rune.DecodeFromUtf16(text, out _, out var length) == OperationStatus.Done)
            text = text[length..];
        return text.IsEmpty;
    }

    private static ChatSessionException Invalid(string name, string why) =>
        new(ChatSessionError.InvalidArgument, $"Invalid {name}: {why}. Pass it as LlamaCloud shows it, such as ses-abc123 for a session.");
}
