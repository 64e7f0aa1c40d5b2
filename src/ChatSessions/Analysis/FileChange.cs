using System.Collections.Immutable;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>What a session did to a file.</summary>
/// <param name="File">The file as the last call names it, but relative to the session's folder if it is in it.</param>
/// <param name="Position">The last call that writes or edits it, or else the one that deletes it.</param>
/// <param name="Calls">How many calls write or edit it; 0 if it is only deleted.</param>
/// <param name="Added">How many lines they add, as far as the calls say it.</param>
/// <param name="Removed">How many lines they remove.</param>
/// <param name="IsWritten">Whether the first of the calls writes the whole file.</param>
/// <param name="DeletedAt">The call that deletes it after that; null if none does.</param>
/// <param name="RevertedAt">The call that takes all of it back after that; null if none does. The others are counted from then on.</param>
internal sealed record FileChange(
    string File,
    int Position,
    int Calls,
    int Added,
    int Removed,
    bool IsWritten,
    int? DeletedAt = null,
    int? RevertedAt = null
);

/// <summary>The lines that change something in a text of a call.</summary>
/// <param name="Argument">The name of the argument that is, or holds, the text.</param>
/// <param name="Text">The text, a JSON string. It is the argument's value, or is inside it.</param>
/// <param name="Lines">Stretches of the decoded text, in order.</param>
internal readonly record struct ChangedText(string Argument, RawJson Text, ImmutableArray<LineStretch> Lines);
