using System.Text.Json;
using ChatSessions.Model;
using Fidelity;

namespace Benchmarks.Questions;

/// <summary>
/// How many questions about sessions are answered by what condensing leaves of them, on each channel alone, next to two simple ways of
/// cutting. The questions were written from whole sessions, before anybody saw an answer.
/// </summary>
internal static class QuestionsTable
{
    /// <summary>Prints a line for each budget and kind of question.</summary>
    /// <param name="arguments"><c>--sessions</c> and files, <c>--budgets 500,1000</c>, <c>--verbose</c>, <c>--focus</c>.</param>
    /// <param name="made">Sessions that some of the questions are about.</param>
    public static void Run(IReadOnlyList<string> arguments, IEnumerable<Session> made, TextWriter output)
    {
        var asked = Asked.Of(arguments, FidelityTable.UsualBudgets);
        var questions = Question.Read(Path.Combine(AppContext.BaseDirectory, "Questions", "questions.jsonl"));
        var wanted = questions.Select(question => question.Session).ToHashSet();
        var sessions = made.Concat(asked.Files.SelectMany(SessionFiles.Read))
            .Where(session => wanted.Contains(session.Summary.SessionId))
            .DistinctBy(session => session.Summary.SessionId)
            .ToDictionary(session => session.Summary.SessionId);
        var known = questions.FindAll(question => sessions.ContainsKey(question.Session));
        output.WriteLine(
            $"{known.Count} questions about {sessions.Count} sessions; {questions.Count - known.Count} about sessions not given"
        );

        var channels = Enum.GetValues<Channel>();
        output.WriteLine(
            $"{"budget", 7} {"kind", -13}{"of", 5}{string.Concat(channels.Select(channel => $"{FidelityTable.NameOf(channel), 8}"))}"
        );
        foreach (var budget in asked.Budgets.Order())
        {
            var tries = known
                .GroupBy(question => question.Session)
                .AsParallel()
                .AsOrdered()
                .SelectMany(group => channels.SelectMany(channel => Tries(sessions[group.Key], budget, channel, group, asked.HasFocus)))
                .ToList();
            foreach (var kind in tries.GroupBy(one => one.Question.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
                Report(kind.Key, [.. kind]);
            Report("all", tries);
            if (asked.IsVerbose)
                foreach (var (question, channel, missing) in tries.Where(one => one.Missing is not null))
                    output.WriteLine(
                        $"  {question.Session} at {budget} as {FidelityTable.NameOf(channel)}, {question.Kind}: {question.Text} Missing: {missing}"
                    );

            void Report(string kind, List<(Question Question, Channel Channel, string? Missing)> some)
            {
                var answered = channels.Select(channel => some.Count(one => one.Channel == channel && one.Missing is null));
                output.WriteLine(
                    $"{budget, 7:N0} {kind, -13}{some.Count / channels.Length, 5}{string.Concat(answered.Select(count => $"{count, 8}"))}"
                );
            }
        }
    }

    private static List<(Question Question, Channel Channel, string? Missing)> Tries(
        Session session,
        int budget,
        Channel channel,
        IEnumerable<Question> questions,
        bool hasFocus
    )
    {
        var answer = hasFocus ? null : Answer.Of(session, budget, channel);
        return
        [
            .. questions.Select(question =>
                (question, channel, question.MissingIn((answer ?? Answer.Of(session, budget, channel, question.Text)).Shown))
            ),
        ];
    }
}

/// <summary>A question about a session, and the words that an answer must hold.</summary>
/// <param name="Session">The session's id.</param>
/// <param name="Kind">fact, artifact, decision, continuation.</param>
/// <param name="Text">The question.</param>
/// <param name="Needs">One of each list must stand in the answer, white space and case aside.</param>
internal sealed record Question(string Session, string Kind, string Text, IReadOnlyList<IReadOnlyList<string>> Needs)
{
    /// <summary>All in a file, one a line.</summary>
    public static List<Question> Read(string path) => [.. File.ReadLines(path).Where(line => line.Trim().Length > 0).Select(Parse)];

    /// <summary>The first words that an answer lacks; null if it holds all.</summary>
    public string? MissingIn(Haystack shown) =>
        Needs.FirstOrDefault(any => !any.Any(words => shown.HasInAnyCase(Haystack.Needle(words)))) is { } missing
            ? string.Join(" or ", missing)
            : null;

    private static Question Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var question = json.RootElement;
        return new(
            question.GetProperty("session").GetString()!,
            question.GetProperty("kind").GetString()!,
            question.GetProperty("question").GetString()!,
            [
                .. question
                    .GetProperty("needs")
                    .EnumerateArray()
                    .Select(any => any.EnumerateArray().Select(words => words.GetString()!).ToList()),
            ]
        );
    }
}
