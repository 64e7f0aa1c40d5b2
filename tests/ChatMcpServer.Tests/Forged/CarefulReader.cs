using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChatMcpServer.Tests.Forged;

/// <summary>
/// Takes an answer apart as docs/answers.md tells a reader to, and returns the words of the server that it finds, line by line: labels,
/// positions, outcomes, notes, marks of cuts. Names are <c>NAME</c>, recorded text is left out, and a line that no rule explains is returned
/// as it stands.
/// </summary>
internal static partial class CarefulReader
{
    /// <summary>A name among the server's words: in quotes, or without a sign that could end it.</summary>
    private const string Name =
        """(?:"(?:[^"\\]|\\.)*"(?:…(?:\[\+[\d,]+ characters(?:, #\d+)?\])?)?|\(no name\)|[^\s"()\[\],;·|#→…][^\s"()\[\],;·|→]*)""";

    private static readonly string[] LineEnds = ["\r\n", "\n", "\r", "\u0085", "\u2028", "\u2029", "\v", "\f"];

    /// <summary>Labels of heads behind which everything is recorded.</summary>
    private static readonly string[] RecordedBehind = ["Session", "Title", "Last text"];

    public static List<string> Read(string text) => [.. text.Split(LineEnds, StringSplitOptions.None).SelectMany(Line)];

    /// <summary>The fields of structured content in the order of their names, with the server's words in them.</summary>
    public static List<string> Read(JsonElement json) => [.. Fields("", json).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Line(string line)
    {
        if (line.Length == 0)
            yield break;
        var words = Words(line);
        if (words.Length > 0)
            yield return words;
        // An event as it was recorded is never cut by marks.
        if (line[0] != '{')
            foreach (Match _ in CutPattern().Matches(line))
                yield return "a mark of a cut";
    }

    private static string Words(string line)
    {
        foreach (var (pattern, read) in Rules)
            if (pattern.Match(line) is { Success: true } match)
                return read(match);
        return line;
    }

    private static readonly (Regex Pattern, Func<Match, string> Read)[] Rules =
    [
        // Heads.
        (Rule($"^({string.Join('|', RecordedBehind)}): "), match => match.Value),
        (Rule(@"^Updated: [0-9T:.Z+ -]+$"), _ => ""),
        (
            Rule(@"^Outcome: (?<outcome>\w+)(?<basis> \([^()]*\))?(: |$)"),
            match => $"Outcome: {match.Groups["outcome"]}{match.Groups["basis"]}"
        ),
        (
            Rule(@"^Ending: (?<ending>[\w ]+) \([^()]*\)(?<at> #\d+)?(: |$)"),
            match => $"Ending: {match.Groups["ending"]}{match.Groups["at"]}"
        ),
        (Rule(@"^Shown: "), _ => "Shown"),
        (Rule(@"^Focus: "), _ => "Focus"),
        // What is derived from commands and files depends on what they say.
        (Rule(@"^(None: [a-z ,]+|Commands, with the state of the last run:|Files written, edited or deleted:)$"), _ => ""),
        (
            Rule(
                $@"^Recorded by: {Name}( in (""(?:[^""\\]|\\.)*""…?|(?!"")((?!, |; ).)+))?(, branch {Name})?(, model {Name})?(; subagent of {Name}(?<purpose>: .*)?)?$"
            ),
            match => $"Recorded by{(match.Groups["purpose"].Success ? ", a subagent" : "")}"
        ),
        (Rule($@"^Changed: (""(?:[^""\\]|\\.)*""…?|(?!"")((?!, | \().)+) \([^()]*\)$"), _ => ""),
        (
            Rule($@"^Tools: {Tool}(, {Tool})*$"),
            match => $"Tools: {Unquoted(match.Value).Count(sign => sign == '×').ToString(CultureInfo.InvariantCulture)}"
        ),
        (Rule($@"^Read on: read_chat_events session_id=""(?:[^""\\]|\\.)*"" events=""\d+"" reads the first hit"), _ => "Read on"),
        (Rule(@"^(?<side>[AB]): "), match => match.Groups["side"].Value),
        (
            Rule($@"^Only this one (?<what>calls|changes): {Only}(, {Only})*$"),
            match => match.Groups["what"].Value == "calls" ? "Only this one calls" : ""
        ),
        (Rule(@"^Task: \w+, "), _ => "Task"),
        // Transcripts.
        (
            Rule($@"^(?<at>#\d+(–#\d+)?) stop: (?<how>ok|error)( \([^()]*\))?:?"),
            match => $"{match.Groups["at"]} stop: {match.Groups["how"]}"
        ),
        (
            Rule($@"^(?<at>#\d+(–#\d+)?) (?<kind>user|text|thinking|unknown event|context \({Name}\)):"),
            match => $"{match.Groups["at"]} {WithNames(match.Groups["kind"].Value)}"
        ),
        // Hits.
        (
            Rule($@"^(  )?(?<at>#\d+(–#\d+)?( from \d+)?) (?<kind>answer|arguments|result|error)( {Name})?(?<facts>( \([^()]*\))*):"),
            match => $"{match.Groups["at"]} {match.Groups["kind"]}{match.Groups["facts"]}"
        ),
        // Calls and results of transcripts and of lists of calls.
        (
            Rule(
                $@"^(?<at>#\d+) {Name}(?<orphan> result without a call)?(?<facts> \((turn|took|repeats|parallel) [^()]*\))?(:|$)(?<same> same as #\d+(, cut there)?$)?"
            ),
            match => $"{match.Groups["at"]} NAME{match.Groups["orphan"]}{match.Groups["facts"]}{match.Groups["same"]}"
        ),
        (Rule(@"^→( #\d+:)? recorded:"), _ => "→"),
        (Rule(@"^→( #\d+:)? (unanswered|same as #\d+(, cut there)?)$"), match => match.Value),
        (
            Rule(
                $@"^→ #(?<at>\d+) (?<how>ok|failed)(?<why> \({Balanced}\))?(, exit code \d+)?, [\d,]+ characters(?<same>, same as #\d+)?(, also {Name} \([^()]*\))?(:|$)"
            ),
            match => $"→ #{match.Groups["at"]} {match.Groups["how"]}{match.Groups["same"]}"
        ),
        (Rule($@"^→( #\d+:)? failed \({Balanced}\):"), _ => "→ failed"),
        (Rule(@"^→(?<at> #\d+:)?( |$)"), match => $"→{match.Groups["at"]}"),
        // Reviews.
        (Rule($@"^- {Name}(?<facts>( ×\d+)?(, open)?): "), match => $"- NAME{match.Groups["facts"]}:"),
        (Rule($@"^- {Name} ×\d+(, \d+ \w+)*, [\d,]+ bytes of results$"), _ => "- a tool"),
        (Rule($@"^- (""(?:[^""\\]|\\.)*""|\S+) (?<how>edited|written)( ×\d+)?(, \+\d+ -\d+)?, last (?<at>#\d+)$"), _ => ""),
        (Rule($@"^- (""(?:[^""\\]|\\.)*""|[^,""#]+)( ×\d+)?(, \d+ failed)?, last (?<at>#\d+) \w+"), _ => ""),
        (Rule(@"^- #\d+–#\d+( error)?: nothing recorded$"), match => match.Value),
        (Rule(@"^- (?<at>#\d+)(?<facts> \([^()]*\))( of)? "), match => $"- {match.Groups["at"]}"),
        (Rule($@"^  #\d+ \({Balanced}\) → (nothing more tried|went on with #\d+)$"), _ => "  what followed"),
        (
            Rule($@"^  subagents: (?<count>\d+)( \({Balanced}\))?$"),
            match => $"subagents: {match.Groups["count"]}, {Regex.Count(Unquoted(match.Value), "; ")}"
        ),
        // Comparisons.
        (Rule(@"^First other message: (?<one>#\d+ |nothing more)"), match => $"First other message{Bars(match)}"),
        (Rule(@"^First divergence: after \d+ same calls?, "), match => match.Value + Bars(match)),
        (Rule(@"^(?<row>[=~+-] #\d+( \| #\d+)?)(?<outcome> \([^()]*\))? "), match => $"{match.Groups["row"]}{match.Groups["outcome"]}"),
        (Rule($@"^  {Name}: .* \| "), match => $"  a difference{Bars(match)}"),
        // Lists: what follows a text with two spaces is a fact of the session above.
        (Rule(@"^  (?<counts>\d+ turns?, \d+ calls?( \(\d+ failed\))?), \d+ kB(: |$)"), match => match.Groups["counts"].Value),
        (
            Rule($@"^{Name} · (?<hits>\d+ hits?, #\d+( to #\d+)? · )?([0-9T:.Z+-]+ · )?(?<rest>.*)$"),
            match => $"a session · {match.Groups["hits"]}{Columns(match.Groups["rest"].Value)}"
        ),
        // Tables of commands.
        (Rule(@"^(#|ID) +[A-Z ]+$"), match => $"a table of {match.Groups[1]}"),
        (
            Rule($@"^(?<at>#\d+) +{Name} +(?<how>ok|failed|unanswered) +[\d,]+ *(?<repeats>\(repeats #\d+\))?"),
            match => $"{match.Groups["at"]} NAME {match.Groups["how"]}{match.Groups["repeats"]}"
        ),
        (Rule($@"^{Name} +([0-9: -]+ )?.*? (?<how>ok|error|unfinished|never_run) "), match => $"a session, {match.Groups["how"]}"),
        (Rule($@"^{Name}  "), _ => "a session"),
        // Recorded text of several lines, and rows of JSON as recorded.
        (Rule(@"^ "), _ => ""),
        (Rule(@"^\s*[{}\[\]""]"), _ => ""),
    ];

    /// <summary>A tool with its parameters in the head.</summary>
    private static string Tool => $@"{Name}(\((?:[^()""]|""(?:[^""\\]|\\.)*"")*\))? ×\d+( \([^()]*\))?";

    /// <summary>A tool that only one of two sessions calls, or a file that only one changes.</summary>
    private static string Only => $@"({Name} ×\d+|(""(?:[^""\\]|\\.)*""…?|(?!"")((?!, | #).)+) #\d+)";

    /// <summary>Text in brackets that does not close them.</summary>
    private static string Balanced => @"(?:""(?:[^""\\]|\\.)*""|[^()""]|""(?!(?:[^""\\]|\\.)*"")|(?<open>\()|(?<-open>\)))*(?(open)(?!))";

    private static Regex Rule(string pattern) => new(pattern, RegexOptions.CultureInvariant);

    private static string WithNames(string label) => Regex.Replace(label, $@"\({Name}\)", "(NAME)");

    private static string Unquoted(string line) =>
        Regex.Replace(
            line,
            """
            "(?:[^"\\]|\\.)*"
            """.Trim(),
            "NAME"
        );

    /// <summary>The columns of a row, of which the outcome and a parent are the server's words.</summary>
    private static string Columns(string row)
    {
        var columns = Unquoted(row).Split(" · ");
        return string.Join(
            " · ",
            columns.Select(column =>
                column is "ok" or "error" or "unfinished" or "never_run" ? column
                : column.StartsWith("subagent of ", StringComparison.Ordinal) ? "subagent of NAME"
                : "TEXT"
            )
        );
    }

    /// <summary>How many texts a line has next to each other.</summary>
    private static string Bars(Match match) => $" {Regex.Count(Unquoted(Whole(match)), @" \| ")}";

    private static string Whole(Match match) => match.Result("$_");

    private static IEnumerable<string> Fields(string path, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                return value.EnumerateObject().SelectMany(field => Fields($"{path}.{field.Name}", field.Value));
            case JsonValueKind.Array:
                return value.EnumerateArray().SelectMany(item => Fields(path, item));
            default:
                var name = path[(path.LastIndexOf('.') + 1)..];
                return IsRecorded(path, name) ? []
                    : name == "recorded_by" ? Read($"Recorded by: {value}")
                    : name == "changed_files" ? Read($"Changed: {value}")
                    : name == "read_on" ? Read($"Read on: {value}")
                    : name == "subagents" ? Read($"  subagents: {value}")
                    : [$"{path}={value}"];
        }
    }

    /// <summary>Whether a field has recorded text alone, or a length of it.</summary>
    private static bool IsRecorded(string path, string name) =>
        path.StartsWith(".commands", StringComparison.Ordinal)
        || path.StartsWith(".files", StringComparison.Ordinal)
        || path.Contains(".arguments", StringComparison.Ordinal)
        || path.Contains(".parameters", StringComparison.Ordinal)
        || path.Contains(".result_fields", StringComparison.Ordinal)
        || path.Contains(".rows", StringComparison.Ordinal)
        || path.Contains(".always", StringComparison.Ordinal)
        || name
            is "session_id"
                or "title"
                or "last_updated_at"
                or "agent"
                or "project"
                or "tool"
                or "tool_name"
                or "name"
                or "snippet"
                or "error"
                or "text"
                or "user"
                or "thinking"
                or "context"
                or "role"
                or "unknown"
                or "other_text"
                or "reason"
                or "ending"
                or "result"
                or "result_excerpt"
                or "result_also"
                or "call"
                or "calls"
                or "other_call"
                or "json"
                or "program"
                or "file"
                or "verdict"
                or "value"
                or "other_value"
                or "answer"
                or "only_tools"
                or "only_files"
                or "subagent_of"
                or "bytes"
                or "full"
                or "shown"
                or "characters"
                or "result_characters"
                or "shared_words"
                or "all_words"
                or "match";

    [GeneratedRegex(@"…\[\+|\[\+\s*[\d,. ]+\s*(character|event)", RegexOptions.IgnoreCase)]
    private static partial Regex CutPattern();
}
