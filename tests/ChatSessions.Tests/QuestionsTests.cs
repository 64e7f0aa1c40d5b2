using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Benchmarks.Questions;
using ChatSessions.Json;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests;

/// <summary>The questions that decide whether condensed sessions hold what a reader needs must themselves have an answer.</summary>
public sealed class QuestionsTests
{
    private static readonly string[] Kinds = ["fact", "artifact", "decision", "continuation"];

    private static readonly Dictionary<string, Session> Sessions = MadeSessions.All().ToDictionary(session => session.Summary.SessionId);

    public static TheoryData<Question> AboutMadeSessions =>
        [.. All().Where(question => question.Session.StartsWith("ses-made-", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(AboutMadeSessions))]
    public void A_made_session_holds_the_words_that_answer_a_question(Question question) =>
        AssertAnswers(Sessions[question.Session], question);

    [Fact]
    public void The_recorded_sessions_hold_the_words_that_answer_the_other_questions()
    {
        var folder = Environment.GetEnvironmentVariable("RECORDED_SESSIONS");
        Assert.SkipWhen(folder is null, "Set RECORDED_SESSIONS to the folder of the recorded sessions (*.jsonl.gz).");
        var questions = All().Where(question => !Sessions.ContainsKey(question.Session)).ToLookup(question => question.Session);

        var sessions = Directory
            .EnumerateFiles(folder!, "*.jsonl.gz")
            .SelectMany(Read)
            .Where(session => questions.Contains(session.Summary.SessionId))
            .ToList();

        Assert.Equal(questions.Count, sessions.Count);
        Assert.All(sessions, session => Assert.All(questions[session.Summary.SessionId], question => AssertAnswers(session, question)));
    }

    [Fact]
    public void No_question_answers_itself() =>
        Assert.All(
            All(),
            question =>
                Assert.All(question.Needs.SelectMany(words => words), words => Assert.DoesNotContain(Folded(words), Folded(question.Text)))
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
        Assert.All(
            All(),
            question =>
                Assert.True(Kinds.Contains(question.Kind) && question.Needs is not [] && question.Needs.All(words => words is not []))
        );

    [Fact]
    public void Every_made_session_is_asked_about_in_all_four_kinds() =>
        Assert.All(
            Sessions.Keys,
            id =>
                Assert.Equal(
                    Kinds.Order(),
                    All().Where(question => question.Session == id).Select(question => question.Kind).Distinct().Order()
                )
        );

    [Fact]
    public void The_sessions_are_made_the_same_each_time() =>
        Assert.Equal(
            MadeSessions.All().Select(session => session.Json.ToString()),
            MadeSessions.All().Select(session => session.Json.ToString())
        );

    private static void AssertAnswers(Session session, Question question)
    {
        var recorded = Recorded(session);
        Assert.All(
            question.Needs,
            alternatives => Assert.Contains(alternatives, words => recorded.Contains(Folded(words), StringComparison.Ordinal))
        );
    }

    private static IEnumerable<Session> Read(string path)
    {
        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (lines.ReadLine() is { } line)
            yield return SessionJson.Read(Encoding.UTF8.GetBytes(line), path);
    }

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
                [
                    .. json.GetProperty("needs")
                        .EnumerateArray()
                        .Select(words => words.EnumerateArray().Select(word => word.GetString()!).ToArray()),
                ]
            );
        }
    }

    /// <summary>The recorded texts, and the JSON for what is a number or a structure.</summary>
    private static string Recorded(Session session)
    {
        var json = session.Json.ToString();
        return Folded(string.Join('\n', Strings(JsonElement.Parse(json)).Append(json)));
    }

    private static IEnumerable<string> Strings(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.String => [json.GetString()!],
            JsonValueKind.Array => json.EnumerateArray().SelectMany(Strings),
            JsonValueKind.Object => json.EnumerateObject().SelectMany(property => Strings(property.Value)),
            _ => [],
        };

    private static string Folded(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();

    public sealed record Question(string Session, string Kind, string Text, string[][] Needs)
    {
        public override string ToString() => $"{Session}: {Text}";
    }
}
