using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Sources;

namespace ChatMcpServer.Answers;

/// <summary>A page of search hits, as an answer.</summary>
public sealed record HitList : IRows
{
    [Description("Best first; title once per session")]
    public required ImmutableArray<ListedHit> Hits { get; init; }

    /// <summary>Instead of hits, if they were asked for.</summary>
    public ImmutableArray<SessionRow>? BySession { get; init; }

    /// <summary>How many hits there are on all pages.</summary>
    public required long Total { get; init; }

    /// <summary>In how many sessions the hits are.</summary>
    public required long InSessions { get; init; }

    /// <summary>Set if there are more: hits are counted up to 5,000.</summary>
    public bool? Over { get; init; }

    /// <summary>How many sessions were searched; null if filters left out some.</summary>
    public long? Searched { get; init; }

    /// <summary>How many sessions are searched without filters.</summary>
    private long Sessions { get; init; }

    private int Rows => BySession?.Length ?? Hits.Length;

    /// <inheritdoc cref="SearchPage.AreNewestFirst"/>
    private bool AreNewestFirst { get; init; }

    /// <inheritdoc cref="CoveredBy"/>
    private long Covered { get; init; }

    /// <summary>The call that reads the first hit.</summary>
    public string? ReadOn { get; init; }

    public string? NextCursor { get; init; }

    public string? Notes { get; init; }

    /// <param name="scope">The scope of the search; the suggested call repeats it.</param>
    public static HitList From(SearchPage page, SessionScope scope, string? notes)
    {
        var hits = page.Hits.Select(ListedHit.From).ToImmutableArray();
        return new()
        {
            Hits = [.. hits.Select((hit, place) => place > 0 && hit.SessionId == hits[place - 1].SessionId ? hit.WithoutSession() : hit)],
            BySession = page.BySession.Count > 0 ? [.. page.BySession.Select(SessionRow.From)] : null,
            Total = page.Found.Hits,
            InSessions = page.Found.Sessions,
            Over = page.Found.IsMore ? true : null,
            Searched = page.IsFiltered ? null : page.Searched,
            Sessions = page.Searched,
            AreNewestFirst = page.AreNewestFirst,
            Covered = CoveredBy(page),
            ReadOn = ReadingOn(hits, scope),
            NextCursor = page.NextCursor,
            Notes = notes,
        };
    }

    /// <summary>Searches, and again with a lower limit until the hits fit: only the search can make the cursor of the next page.</summary>
    /// <param name="search">Searches for at most this many hits.</param>
    /// <param name="scope">The scope of the search; the suggested call repeats it.</param>
    public static async Task<HitList> WithinAsync(
        int maxTokens,
        int limit,
        Func<int, Task<SearchPage>> search,
        SessionScope scope,
        Func<SearchPage, string> notes
    )
    {
        int? found = null;
        while (true)
        {
            var page = await search(limit);
            var bare = From(page, scope, notes: null);
            found ??= bare.Rows;
            var leftOut = Fitting.LeftOut(found.Value - bare.Rows, bare.BySession is null ? "hit" : "session", maxTokens);
            var list = bare with { Notes = notes(page) + leftOut };
            var fitting = Fitting.Rows(list.Rows, maxTokens, list.First);
            if (fitting == list.Rows)
                return list;
            limit = fitting;
        }
    }

    /// <summary>The answer as text: a line per session, and below it a line per hit.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        if (Total == 0 && Searched is null)
            text.Append("0 hits with these filters\n");
        else
            text.Append(
                    CultureInfo.InvariantCulture,
                    $"{CountOf(Rows, Covered, BySession is not null, Total, InSessions, Over is true)}, {(AreNewestFirst ? "newest" : "best")} first, among "
                )
                .Append(CultureInfo.InvariantCulture, $"{Sessions} {(Sessions == 1 ? "session" : "sessions")}")
                .Append(Searched is null ? ", less those that filters leave out\n" : "\n");
        if (Notes is not null)
            text.Append("Notes: ").Append(Notes).Append('\n');
        if (ReadOn is not null)
            text.Append("Read on: ").Append(ReadOn).Append('\n');
        if (NextCursor is not null)
            text.Append("Next page: cursor=\"").Append(NextCursor).Append("\"\n");
        var session = "";
        foreach (var hit in Hits)
        {
            if (hit.SessionId != session)
                text.Append('\n')
                    .AppendJoin(" · ", new[] { Quoted.Name(hit.SessionId), hit.LastUpdatedAt, ListedTitle.Of(hit.Title) }.OfType<string>())
                    .Append('\n');
            session = hit.SessionId;
            text.Append(hit.Label()).Append(": ").Append(hit.Snippet).Append('\n');
        }
        if (BySession is { } rows)
            text.Append('\n').AppendJoin('\n', rows.Select(row => row.ToText())).Append('\n');
        return text.ToString();
    }

    /// <summary>How much was found: <c>10 of 214 hits in 79 sessions</c>, or <c>10 of 79 sessions with 214 hits</c>.</summary>
    /// <param name="rows">How many are shown.</param>
    /// <param name="covered">For how many hits or sessions these rows stand.</param>
    /// <param name="isOver">Whether there are more than were counted.</param>
    public static string CountOf(int rows, long covered, bool bySession, long hits, long sessions, bool isOver)
    {
        var all = bySession ? sessions : hits;
        var (over, hit, session) = (isOver ? "over " : "", hits == 1 ? "hit" : "hits", sessions == 1 ? "session" : "sessions");
        var shown = covered == all && !isOver ? "" : string.Create(CultureInfo.InvariantCulture, $"{rows:N0} of ");
        return bySession
            ? string.Create(CultureInfo.InvariantCulture, $"{shown}{over}{sessions:N0} {session} with {over}{hits:N0} {hit}")
            : string.Create(CultureInfo.InvariantCulture, $"{shown}{over}{hits:N0} {hit} in {over}{sessions:N0} {session}");
    }

    /// <summary>For how many hits or sessions the rows of a page stand: there is one row for all hits with the same snippet.</summary>
    public static long CoveredBy(SearchPage page) =>
        page.BySession.Count > 0 ? page.BySession.Count : page.Hits.Sum(hit => 1L + hit.MoreHits);

    private HitList First(int count) =>
        BySession is { } rows ? this with { BySession = rows[..count] } : this with { Hits = Hits[..count] };

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, AnswersJson.Unescaped.HitList);

    /// <summary>The call for the first hit; the calls for the others follow from it.</summary>
    private static string? ReadingOn(ImmutableArray<ListedHit> hits, SessionScope scope)
    {
        if (hits.IsEmpty)
            return null;
        var first = hits[0];
        var call = new StringBuilder($"read_chat_events session_id={Quoted.Text(first.SessionId)} events=\"{first.Event}");
        call.Append(first.LastEvent is { } last ? $"-{last}\"" : "\"");
        if (first.Offset is { } offset)
            call.Append(CultureInfo.InvariantCulture, $" offset={offset}");
        if (scope.ProjectId is { } project)
            call.Append(" project_id=").Append(Quoted.Text(OutgoingText.ShowName(project)));
        if (scope.OrganizationId is { } organization)
            call.Append(" organization_id=").Append(Quoted.Text(OutgoingText.ShowName(organization)));
        call.Append(" reads the first hit; the other hits work the same way");
        return call.Append(first.Offset is null && hits.Any(hit => hit.Offset is not null) ? "; 'from 400' is offset=400" : "").ToString();
    }
}

/// <summary>A search hit in a list.</summary>
/// <param name="Event">The position of its event.</param>
/// <param name="LastEvent">The position of its last event, if the text was recorded in pieces.</param>
/// <param name="Offset">Where in the event's JSON to start reading, if the match is far into it.</param>
/// <param name="ToolName">The tool's name, for arguments and results.</param>
/// <param name="Outcome">The outcome of the tool call, for arguments and results.</param>
/// <param name="Snippet">The text around the match, on one line.</param>
/// <param name="MoreSessions">How many more sessions have a hit with the same snippet; they are not on a later page.</param>
/// <param name="Title">The session's title; only on the first of consecutive hits of a session.</param>
/// <param name="LastUpdatedAt">When the session was updated; only on the first of consecutive hits of a session.</param>
public sealed record ListedHit(
    string SessionId,
    int Event,
    int? LastEvent,
    [property: Description("where to read in a long event")] int? Offset,
    string Kind,
    string? ToolName,
    string? Outcome,
    string Snippet,
    [property: Description("with the same snippet")] int? MoreSessions,
    string? Title,
    string? LastUpdatedAt
)
{
    private const int LongestTitle = 200;
    private const int LongestName = 64;

    /// <summary>Every page of an event has at least this many characters, so a match before this needs no offset.</summary>
    private const int FarIntoEvent = 1_200;

    private const int BeforeWhatWasFound = 300;

    public static ListedHit From(SearchHit hit) =>
        new(
            OutgoingText.ShowName(hit.Session.SessionId),
            hit.Position,
            hit.LastPosition > hit.Position ? hit.LastPosition : null,
            hit.Offset > FarIntoEvent ? hit.Offset - BeforeWhatWasFound : null,
            SnakeCase.Of(hit.Kind),
            OutgoingText.ShowLine(hit.Tool, LongestName),
            hit.Outcome is { } outcome ? SnakeCase.Of(outcome) : null,
            SnippetLine.Write(hit.Snippet),
            hit.MoreSessions > 0 ? hit.MoreSessions : null,
            OutgoingText.ShowLine(hit.Session.GeneratedTitle, LongestTitle),
            ShownDate.Of(hit.Session.LastUpdatedAt)
        );

    /// <summary>The text before the snippet: <c>#57 from 1600 error bash</c>, <c>#6 arguments bash (failed)</c>, and if others have the same snippet, <c>#7 user (and in 2 more sessions)</c>.</summary>
    public string Label()
    {
        var label = new StringBuilder().Append(CultureInfo.InvariantCulture, $"#{Event}");
        if (LastEvent is not null)
            label.Append(CultureInfo.InvariantCulture, $"–#{LastEvent}");
        if (Offset is not null)
            label.Append(CultureInfo.InvariantCulture, $" from {Offset}");
        label.Append(' ').Append(Kind);
        if (ToolName is not null)
            label.Append(' ').Append(Quoted.Tool(ToolName));
        // For results, the kind already says that it is an error.
        if (Kind == "arguments" && Outcome is not "ok")
            label.Append(" (").Append(Outcome).Append(')');
        if (MoreSessions is { } more)
            label.Append(CultureInfo.InvariantCulture, $" (and in {more} more {(more == 1 ? "session" : "sessions")})");
        return label.ToString();
    }

    /// <summary>The hit without the session's details, for use after another hit of the same session.</summary>
    internal ListedHit WithoutSession() => this with { Title = null, LastUpdatedAt = null };
}

/// <summary>A session with hits, in a list.</summary>
/// <param name="Hits">How many hits it has.</param>
/// <param name="First">The position of the first.</param>
/// <param name="Last">The position of the last.</param>
/// <param name="Outcome">How its last run ended.</param>
public sealed record SessionRow(string SessionId, int Hits, int First, int Last, string Outcome, string? Title, string? LastUpdatedAt)
{
    private const int LongestTitle = 200;

    public static SessionRow From(SessionHits found) =>
        new(
            OutgoingText.ShowName(found.Session.SessionId),
            found.Hits,
            found.First,
            found.Last,
            SnakeCase.Of(found.Outcome),
            OutgoingText.ShowLine(found.Session.GeneratedTitle, LongestTitle),
            ShownDate.Of(found.Session.LastUpdatedAt)
        );

    /// <summary>The row as a line: <c>ses-1 · 3 hits, #4 to #57 · ok · 2026-05-01 · A title</c>.</summary>
    public string ToText()
    {
        var hits = string.Create(
            CultureInfo.InvariantCulture,
            $"{Hits} {(Hits == 1 ? "hit" : "hits")}, #{First}{(Last > First ? $" to #{Last}" : "")}"
        );
        return string.Join(" · ", new[] { Quoted.Name(SessionId), hits, Outcome, LastUpdatedAt, ListedTitle.Of(Title) }.OfType<string>());
    }
}
