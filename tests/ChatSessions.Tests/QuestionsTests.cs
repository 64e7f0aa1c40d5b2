using System.Text.Json;
using Benchmarks.Questions;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests;

/// <summary>The questions that decide whether condensed sessions hold what a reader needs must themselves have an answer.</summary>
public sealed class QuestionsTests
{
    private static readonly string[] Kinds = ["fact", "artifact", "decision", "continuation"];

    private static readonly Dictionary<string, Session> Sessions = MadeSessions.All().ToDictionary(session => session.Summary.SessionId);

    public static TheoryData<Question> AboutMadeSessions => [.. All().Where(question => question.Session.StartsWith("ses-made-", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(AboutMadeSessions))]
    public void A_made_session_holds_the_words_that_answer_a_question(Question question)
    {
        var recorded = Recorded(Sessions[question.Session]);

        Assert.All(question.Needs, alternatives => Assert.Contains(alternatives, words => recorded.Contains(Folded(words), StringComparison.Ordinal)));
    }

    [Fact]
    public void No_question_answers_itself() =>
        Assert.All(
            All(),
            question => Assert.All(question.Needs.SelectMany(words => words), words => Assert.DoesNotContain(Folded(words), Folded(question.Text)))
        );

    [Fact]
    public void No_question_is_answered_by_the_title_or_the_first_message() =>
        Assert.All(
            AboutMadeSessions.Select(row => row.Data),
            question =>
            {
                var session = Sessions[question.Session];
                var first = Folded($"{session.Summary.GeneratedTitle} {session.Events.OfType<UserInputEvent>().First().Content}");
                Assert.All(question.Needs.SelectMany(words => words), words => Assert.DoesNotContain(Folded(words), first));
            }
        );

    [Fact]
    public void Every_question_has_one_of_four_kinds_and_needs_something() =>
        Assert.All(All(), question => Assert.True(Kinds.Contains(question.Kind) && question.Needs is not [] && question.Needs.All(words => words is not [])));

    [Fact]
    public void Every_made_session_is_asked_about_in_all_four_kinds() =>
        Assert.All(
            Sessions.Keys,
            id => Assert.Equal(Kinds.Order(), All().Where(question => question.Session == id).Select(question => question.Kind).Distinct().Order())
        );

    [Fact]
    public void The_sessions_are_made_the_same_each_time() =>
        Assert.Equal(
            MadeSessions.All().Select(session => session.Json.ToString()),
            MadeSessions.All().Select(session => session.Json.ToString())
        );

    private static IEnumerable<Question> All()
    {
        using var lines = new StreamReader(typeof(QuestionsTests).Assembly.GetManifestResourceStream("questions.jsonl")!);
        while (lines.ReadLine() is { } line)
        {
            var json = JsonElement.Parse(line);
            yield return new Question(
                json.GetProperty("session").GetString()!,
                json.GetProperty("kind").GetString()!,
                json.GetProperty("question").GetString()!,
                [.. json.GetProperty("needs").EnumerateArray().Select(words => words.EnumerateArray().Select(word => word.GetString()!).ToArray())]
            );
        }
    }

    private static string Recorded(Session session) => Folded(string.Join('\n', Strings(JsonElement.Parse(session.Json.ToString()))));

    private static IEnumerable<string> Strings(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.String => [json.GetString()!],
            JsonValueKind.Array => json.EnumerateArray().SelectMany(Strings),
            JsonValueKind.Object => json.EnumerateObject().SelectMany(property => Strings(property.Value)),
            _ => [],
        };

    private static string Folded(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();

    public sealed record Question(string Session, string Kind, string Text, string[][] Needs)
    {
        public override string ToString() => $"{Session}: {Text}";
    }
}
