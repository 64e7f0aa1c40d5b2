using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ChatSessions;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources;
using ChatSessions.Tokens;

namespace ChatMcpServer.Cli;

/// <summary>
/// Prints one line about what the archive has of the project in which a session begins. The assistant adds it to the session, so it is short, and
/// nothing is printed where nothing is known or something fails: a session must begin in any case.
/// </summary>
internal sealed class HookSessionStartVerb : Verb
{
    private const int MostTokens = 60;
    private const int LongestTitle = 80;
    private const int TitleStep = 8;
    private const int LongestInput = 1 << 20;

    /// <summary>After a title with one of them, the sentence needs no dot.</summary>
    private const string EndMarks = ".!?…。！？";

    /// <summary>
    /// Somebody waits for the session. Usually it takes a fraction of a second; this is for a machine at its limit, and less than the hook's own
    /// limit, after which the assistant would end it.
    /// </summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public HookSessionStartVerb(GlobalOptions options, Terminal terminal)
        : base("session-start", "Print a line about the archived sessions of the project in which a session begins.")
    {
        this.options = options;
        this.terminal = terminal;
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hook session-start < hook.json"];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Patience);
        string? line;
        try
        {
            line = await FindLineAsync(flags, bound.Token);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            line = null;
        }
        if (line is not null)
            terminal.Out.WriteLine(line);
        return 0;
    }

    private async Task<string?> FindLineAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        if (await ReadAsync(cancellationToken) is not var (folder, own))
            return null;
        var given = options.Read(flags);
        // Only the archive knows folders. It is asked alone, so that nothing is fetched, imported or read again.
        var local = new ChatSessionsOptions
        {
            ArchivePath = given.ArchivePath,
            Secrets = given.Secrets,
            OutgoingSteps = given.OutgoingSteps,
        };
        await using var sessions = new Sessions(local, LogLevel.None);
        var filter = new SessionFilter { Recorded = new(Project: folder, Without: own) };
        var page = await SessionListPage.ReadAsync(sessions.Catalog, filter, Caller.Local, 1, null, cancellationToken, isBrief: true);
        return page.Sessions is [var last] ? Line(page.Total, last) : null;
    }

    /// <summary>What the assistant says of the session: its folder, and its id if there is one. Null if it says nothing of use.</summary>
    private static async Task<(string Folder, string? Own)?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!Console.IsInputRedirected)
            return null;
        await using var input = Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        var buffer = new byte[8 * 1024];
        // A read of standard input is not cancelled by its token.
        while (await input.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(cancellationToken) is > 0 and var count)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > LongestInput)
                return null;
        }
        using var hook = JsonDocument.Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
        return Text(hook.RootElement, "cwd") is { } folder && Path.IsPathFullyQualified(folder)
            ? (folder, Text(hook.RootElement, "session_id"))
            : null;

        static string? Text(JsonElement json, string name) =>
            json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    /// <param name="last">The session that was updated last, as it may be shown.</param>
    private static string Line(int total, SessionSummary last)
    {
        var count =
            total == 1 ? "1 earlier session"
            : total < SessionListPage.MostCounted ? $"{total} earlier sessions"
            : $"{total} or more earlier sessions";
        var date = last.LastUpdated?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var start = $"Recorded: {count} of this project{(date is null ? "" : $", {(total == 1 ? "" : "the last ")}of {date}")}";
        // What looks like instructions is not put before an agent that did not ask for it.
        var title = last.GeneratedTitle is { } text && Instructions.Find(text) is null ? text : null;
        for (var length = LongestTitle; length > 0; length -= TitleStep)
            if (
                OutgoingText.ShowLine(title, length) is { } shown
                && With($": {Quoted.Text(shown)}{(EndMarks.Contains(shown[^1]) ? "" : ".")}") is var line
                && IsShort(line)
            )
                return line;
        return With(".");

        string With(string end) => $"{start}{end} search_chat_sessions and get_chat_session read them.";

        static bool IsShort(string line) => TokenCounter.CountUpTo(line, MostTokens) <= MostTokens;
    }
}
