using System.CommandLine;
using ChatMcpServer.Answers;
using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatMcpServer.Cli;

/// <summary>A session that a verb was asked for: by its id, or by a file or pipe that holds it.</summary>
internal sealed class AskedSession : IAsyncDisposable
{
    /// <summary>How many ids of a file an error names.</summary>
    private const int IdsNamed = 5;

    private readonly Sessions sessions;

    private AskedSession(Sessions sessions, Session session, bool isPiped) =>
        (this.sessions, Session, IsPiped) = (sessions, session, isPiped);

    public Session Session { get; }

    /// <summary>Whether it came from standard input or another pipe.</summary>
    public bool IsPiped { get; }

    public SessionCatalog Catalog => sessions.Catalog;

    public OpenedSession Opened => new(Catalog, Session, Caller.Local);

    public static Argument<string> Argument(string name) =>
        new(name) { Description = "A session id, a file with one session, or - for standard input" };

    /// <exception cref="ChatSessionException">There is no such session, or the file does not hold exactly one.</exception>
    public static async Task<AskedSession> OpenAsync(
        string asked,
        GlobalOptions options,
        ParseResult flags,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var piped = await PipedInput.FindAsync(asked, options.MaxSessionBytes(flags), cancellationToken);
        var isFile = piped is not null || File.Exists(asked);
        // A file needs no other source, so their options are not read: an invalid one must not matter here.
        var sessions = new Sessions(
            isFile
                ? new()
                {
                    SessionPaths = piped is null ? [asked] : [],
                    Piped = piped,
                    MaxSessionBytes = options.MaxSessionBytes(flags),
                    Secrets = options.Secrets(flags),
                    OutgoingSteps = options.OutgoingSteps,
                }
                : options.Read(flags),
            options.ReadLogLevel(flags)
        );
        try
        {
            return new(
                sessions,
                isFile
                    ? await OnlyOneInAsync(
                        flags.CommandResult.Command.Name,
                        piped?.Name ?? asked,
                        piped is not null,
                        sessions.Catalog,
                        terminal,
                        cancellationToken
                    )
                    : await ByIdAsync(asked, sessions.Catalog, canBeFile: true, cancellationToken),
                isPiped: piped is not null
            );
        }
        catch
        {
            await sessions.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the session is saved, if it came from LlamaCloud.</summary>
    public ValueTask DisposeAsync() => sessions.DisposeAsync();

    private static async Task<Session> OnlyOneInAsync(
        string verb,
        string file,
        bool isPiped,
        SessionCatalog catalog,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var ids = await catalog
            .ListAsync(Caller.Local, SessionFilter.All, after: null, failed: _ => { }, cancellationToken)
            .Select(summary => summary.SessionId)
            .ToListAsync(cancellationToken);
        if (ids.Count == 0)
            throw new ChatSessionException(
                ChatSessionError.InvalidSession,
                catalog.ProblemsOf(Caller.Local) is [var reason, ..] ? reason : $"{file} is empty."
            );
        var shown = ids.Take(IdsNamed).Select(id => catalog.Door.Replace(id, "session_id")).ToList();
        if (ids.Count > 1)
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                (
                    isPiped
                        ? $"{file} contains {ids.Count:N0} sessions. Pipe only one, or write them to a file and pass `--sessions FILE`. "
                        : $"{file} contains {ids.Count:N0} sessions. Pass one id: `{Shell.Command(verb, shown[0], "--sessions", file)}`. "
                ) + $"The ids are {string.Join(", ", shown)}{(ids.Count > IdsNamed ? " and more" : "")}."
            );
        foreach (var problem in catalog.ProblemsOf(Caller.Local))
            terminal.Remark(problem);
        return await catalog.GetAsync(ids[0], Caller.Local, cancellationToken);
    }

    /// <summary>Gets a session by its id.</summary>
    /// <param name="canBeFile">Whether a file could have been meant.</param>
    /// <exception cref="ChatSessionException">There is no such session, or the id is invalid.</exception>
    public static async Task<Session> ByIdAsync(string id, SessionCatalog catalog, bool canBeFile, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.GetAsync(id, Caller.Local, cancellationToken);
        }
        catch (ChatSessionException exception) when (exception.Error == ChatSessionError.NotFound)
        {
            if (canBeFile && IsPath(id) && IsForbidden(id))
                throw new ChatSessionException(
                    ChatSessionError.Unauthorized,
                    $"No permission to read {id}. Change the permissions of its folder for the user that runs this program, or pass another path.",
                    exception
                );
            var places = catalog.PlacesOf(Caller.Local);
            var unread = catalog.ProblemsOf(Caller.Local) is [var problem, ..] ? $" {problem}" : "";
            var nothing =
                !canBeFile ? $"No session '{id}' in {places}."
                : IsPath(id) ? $"No file {id}, and no session with that id in {places}."
                : $"No session or file '{id}' in {places}.";
            throw canBeFile && Directory.Exists(id)
                ? new ChatSessionException(
                    exception.Error,
                    $"{nothing}{unread} It is a folder. `{Shell.Command("list", "--sessions", id)}` shows the ids in it.",
                    exception
                )
                : new ChatSessionException(exception.Error, $"{nothing}{unread}", exception) { IsUnknownId = true };
        }
    }

    /// <summary>Whether a folder on the way to a file may not be entered, so that nobody knows whether the file is there.</summary>
    private static bool IsForbidden(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception is UnauthorizedAccessException;
        }
    }

    private static bool IsPath(string text) => text.AsSpan().ContainsAny('/', '\\') || Path.GetExtension(text) is ".json" or ".jsonl";
}
