using ChatSessions.Model;
using ChatSessions.Search;

namespace ChatSessions.Archive;

/// <summary>The sessions of files and samples, to be searched.</summary>
/// <param name="Archive">The temporary archive that has them; null if there is nothing to search in it.</param>
/// <param name="State">What of it is searched.</param>
/// <param name="Ids">The ids of the sessions that are searched there, and not in another archive.</param>
public sealed record UnsavedTexts(ISessionArchive? Archive, IndexState State, IReadOnlySet<string> Ids)
{
    /// <summary>Why files could not be searched; null if nothing went wrong.</summary>
    public ChatSessionException? Failure { get; private init; }

    /// <summary>Nothing, since files cannot be searched.</summary>
    /// <param name="begun">What the first page of the search searched; null if this is the first.</param>
    /// <param name="ids">The sessions of files. If hits in them may have been shown, the archive's copies must not be shown as well.</param>
    public static UnsavedTexts Failed(ChatSessionException failure, IndexState? begun, IEnumerable<string> ids) =>
        new(null, begun ?? default, (begun is null or { Number: 0 } ? [] : ids).ToHashSet()) { Failure = failure };
}
