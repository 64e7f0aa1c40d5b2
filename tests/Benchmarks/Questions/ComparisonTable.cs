using System.Text.RegularExpressions;
using ChatSessions.Tokens;
using Fidelity;

namespace Benchmarks.Questions;

/// <summary>
/// What it costs to find the answers to questions about the made sessions, and how many are found: in the whole file, in the lines that
/// <c>rg</c> prints of a file with an event on each line, and in one answer of the server. Only questions in English, whose words can be taken
/// apart by a short expression.
/// </summary>
internal static partial class ComparisonTable
{
    private static readonly int[] Budgets = [1_000, 2_500, 5_000];

    public static void Run(TextWriter output)
    {
        var sessions = MadeSessions.All().ToDictionary(session => session.Summary.SessionId);
        var questions = Question
            .Read(Path.Combine(AppContext.BaseDirectory, "Questions", "questions.jsonl"))
            .FindAll(question => sessions.ContainsKey(question.Session) && question.Text.All(char.IsAscii));
        output.WriteLine($"{questions.Count} questions about {questions.DistinctBy(question => question.Session).Count()} sessions");
        output.WriteLine($"{"", -56}{"median tokens", 14}{"most", 8}{"answered", 10}");
        Report("the whole file", question => string.Join('\n', Lines(question)));
        Report("rg -i, with the rarest word of the question", question => Found(question, words: 1));
        Report("rg -i, with its three rarest words, any of them", question => Found(question, words: 3));
        foreach (var budget in Budgets)
            Report(
                $"get_chat_session, max_tokens={budget}, focus=the question",
                question => Answer.Of(sessions[question.Session], budget, Channel.Text, question.Text).Raw
            );

        IReadOnlyList<string> Lines(Question question) => [.. sessions[question.Session].Events.Select(one => one.Json.ToString())];

        // A word that is nowhere is no use; somebody who searches takes another.
        string Found(Question question, int words)
        {
            var lines = Lines(question);
            var rarest = Word.Matches(question.Text)
                .Select(word => lines.Where(line => line.Contains(word.Value, StringComparison.OrdinalIgnoreCase)).ToHashSet())
                .Where(found => found.Count > 0)
                .OrderBy(found => found.Count)
                .Take(words)
                .ToList();
            return string.Join('\n', lines.Where(line => rarest.Exists(found => found.Contains(line))));
        }

        void Report(string way, Func<Question, string> ask)
        {
            var answers = questions.ConvertAll(question => (Question: question, Text: ask(question)));
            var tokens = answers.Select(answer => TokenCounter.Count(answer.Text)).Order().ToList();
            var answered = answers.Count(answer => answer.Question.MissingIn(new Haystack([answer.Text, Plain(answer.Text)])) is null);
            output.WriteLine($"{way, -56}{tokens[tokens.Count / 2], 14:N0}{tokens[^1], 8:N0}{answered, 7} of {questions.Count}");
        }
    }

    /// <summary>A text without the escapes of JSON, which a reader sees through.</summary>
    private static string Plain(string text) =>
        text.Replace("\\n", "\n", StringComparison.Ordinal)
            .Replace("\\\"", "\"", StringComparison.Ordinal)
            .Replace("\\\\", "\\", StringComparison.Ordinal);

    [GeneratedRegex(@"[\w.]{3,}(?<!\.)")]
    private static partial Regex Word { get; }
}
