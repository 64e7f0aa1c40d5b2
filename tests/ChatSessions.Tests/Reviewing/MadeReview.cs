using System.Text;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Reviewing;

namespace ChatSessions.Tests.Reviewing;

/// <summary>
/// A made session that knows what went wrong in it, because it was written that way: a seed chooses scenes, and each scene writes its events
/// and what is true of them. Some scenes only look as if something went wrong.
/// </summary>
internal sealed class MadeReview
{
    private static readonly string[] Words = "parser cache ledger router tensor widget invoice schema cursor socket".Split(' ');

    private readonly Random random;
    private readonly List<string> events = [];
    private int number;

    public MadeReview(int seed)
    {
        random = new(seed);
        number = 100 * seed;
        Action[] scenes =
        [
            Work,
            NothingFound,
            ShownError,
            EmptyErrorField,
            SecondTry,
            OtherArguments,
            OtherCommand,
            OtherWay,
            FixedAndRunAgain,
            LeftAlone,
            HiddenFailure,
            FailedTests,
            RejectedEdit,
            LoopOfOne,
            LoopOfSeveral,
            LoopOfFailures,
            PollWithProgress,
            PollUntilDone,
            ReadOn,
            OnlyTwice,
            SameCallOtherResults,
            NoResult,
            ParallelWithoutResult,
            ReusedIds,
        ];
        Ask();
        for (var count = random.Next(8, 20); count > 0; count--)
        {
            if (random.Next(4) == 0)
                Ask();
            scenes[random.Next(scenes.Length)]();
            // What was done in one scene is not the other way or the next try of another.
            Work();
            Work();
        }
        Add(Some.Text("That is all."));
        if (random.Next(4) == 0)
            Unanswered.Add(Add(Some.ToolCall("submit", $$"""{"summary":"{{Name()}}"}""")));
        Add(Some.Stop());
        Session = SessionJson.Read(Encoding.UTF8.GetBytes(Some.SessionText("ses-made", null, _ => events)), "a made session");
    }

    public Session Session { get; }

    /// <summary>The failed calls, and what followed each.</summary>
    public Dictionary<int, AftermathKind> Failures { get; } = [];

    /// <summary>The loops: their first and last call, how many calls a round has and how often it was made.</summary>
    public HashSet<(int First, int Last, int Length, int Rounds)> Loops { get; } = [];

    public HashSet<int> Unanswered { get; } = [];

    private int Add(SomeEvents some)
    {
        var position = events.Count;
        events.AddRange(some(position));
        return position;
    }

    private string Name() => $"{Words[random.Next(Words.Length)]}_{number++}";

    private void Ask() => Add(Some.UserInput($"Please look at {Name()} now, and say what you find in {Name()}."));

    private int Call(string tool, string arguments, string result) => Add(Some.ToolUse(tool, arguments, result));

    private int Bash(string command, string output, int exitCode = 0) =>
        Call("bash", $$"""{"command":{{Some.Quoted(command)}}}""", $$"""{"returncode":{{exitCode}},"output":{{Some.Quoted(output)}}}""");

    private void Think()
    {
        if (random.Next(2) == 0)
            Add(random.Next(2) == 0 ? Some.Thinking($"I need {Name()}.") : Some.Text($"Let me see {Name()}."));
    }

    private void Work()
    {
        Think();
        if (random.Next(2) == 0)
            Bash($"cat src/{Name()}.py", $"def {Name()}():\n    return {number}\n");
        else
            Call($"look_up_{number++}", $$"""{"key":"{{Name()}}"}""", $$"""{"value":"{{Name()}}"}""");
    }

    private void NothingFound()
    {
        var (command, code) = random.Next(4) switch
        {
            0 => ($"grep -rn {Name()} src", 1),
            1 => ($"cd /repo && rg {Name()}", 1),
            2 => ($"diff {Name()}.txt {Name()}.txt", 1),
            _ => ($"test -f {Name()}.cfg", 1),
        };
        Bash(command, command.Contains("diff") ? "1c1\n< a\n---\n> b\n" : "", code);
    }

    private void ShownError() => Bash($"cat log/{Name()}.log", $"Traceback (most recent call last):\n  ...\nValueError: {Name()}\n");

    private void EmptyErrorField() =>
        Call("submit_form", $$"""{"form":"{{Name()}}"}""", $$"""{"error":null,"is_error":false,"id":"{{Name()}}"}""");

    private void SecondTry()
    {
        var arguments = $$"""{"url":"https://{{Name()}}.example"}""";
        Failures[Call("fetch", arguments, """{"error":"timed out"}""")] = AftermathKind.RetriedSame;
        Think();
        Call("fetch", arguments, $$"""{"body":"{{Name()}}"}""");
    }

    private void OtherArguments()
    {
        var order = Name();
        Failures[Call("update_order", $$"""{"order":"{{order}}","day":1}""", "\"Error: day 1 is full\"")] = AftermathKind.RetriedChanged;
        Think();
        Call("update_order", $$"""{"order":"{{order}}","day":2}""", $$"""{"order":"{{order}}","day":2}""");
    }

    private void OtherCommand()
    {
        var file = Name();
        Failures[Bash($"python tools/{file}.py --fast", $"usage: {file}.py\n{file}.py: error: no such option: --fast", 2)] =
            AftermathKind.RetriedChanged;
        Think();
        Bash($"python tools/{file}.py --quick", "3 files written\n");
    }

    private void OtherWay()
    {
        Failures[Call("open_page", $$"""{"page":"{{Name()}}"}""", """{"is_error":true,"content":"404 not found"}""")] =
            AftermathKind.WorkedAround;
        Think();
        Call("search_pages", $$"""{"query":"{{Name()}}"}""", $$"""["{{Name()}}"]""");
    }

    private void FixedAndRunAgain()
    {
        var file = Name();
        var command = $"python {file}.py";
        Failures[Bash(command, $"Traceback (most recent call last):\n  File \"{file}.py\", line 3\nKeyError: '{Name()}'\n", 1)] =
            AftermathKind.RetriedSame;
        Call("edit_file", $$"""{"path":"{{file}}.py","old_string":"{{Name()}}","new_string":"{{Name()}}"}""", "\"edited\"");
        Bash(command, $"{number++} rows\n");
    }

    private void LeftAlone()
    {
        Failures[Call("send_mail", $$"""{"to":"{{Name()}}@example.com"}""", "\"Error: mailbox is full\"")] = AftermathKind.Abandoned;
        Add(Some.Text($"The mail about {Name()} could not be sent."));
        Ask();
    }

    private void HiddenFailure()
    {
        Failures[
            Bash(
                $"python run_{Name()}.py 2>&1 | tail -5",
                $"Traceback (most recent call last):\n  File \"run.py\", line 8, in main\nTypeError: {Name()} is None\n"
            )
        ] = AftermathKind.WorkedAround;
        Bash($"ls data/{Name()}", $"{Name()}.csv\n");
    }

    private void FailedTests()
    {
        var command = $"pytest tests/test_{Name()}.py | tail -3";
        Failures[Bash(command, "FAILED tests/test_a.py::test_b\n=========== 1 failed, 4 passed in 0.31s ===========\n")] =
            AftermathKind.RetriedSame;
        Call("edit_file", $$"""{"path":"src/{{Name()}}.py","old_string":"{{Name()}}","new_string":"{{Name()}}"}""", "\"edited\"");
        Bash(command, "=========== 5 passed in 0.30s ===========\n");
    }

    private void RejectedEdit()
    {
        var path = $"src/{Name()}.ts";
        Failures[
            Call(
                "edit_file",
                $$"""{"path":"{{path}}","old_string":"{{Name()}}","new_string":"x"}""",
                "\"String to replace not found in file.\""
            )
        ] = AftermathKind.RetriedChanged;
        Call("read_file", $$"""{"path":"{{path}}"}""", $"\"let {Name()} = 1\"");
        Call("edit_file", $$"""{"path":"{{path}}","old_string":"{{Name()}}","new_string":"y"}""", "\"edited\"");
    }

    private void LoopOfOne()
    {
        var (rounds, name) = (random.Next(3, 10), Name());
        var positions = Times(rounds, time => Bash($"cat {name}.txt", $"nothing here, read at 10:0{time}:00 in 0.{time} s\n"));
        Loops.Add((positions[0], positions[^1], 1, rounds));
    }

    private void LoopOfSeveral()
    {
        var (rounds, length, name) = (random.Next(2, 5), random.Next(2, 9), Name());
        var positions = Times(rounds * length, time => Call($"step_{time % length}", $$"""{"of":"{{name}}"}""", $"\"{name} again\""));
        Loops.Add((positions[0], positions[^1], length, rounds));
    }

    private void LoopOfFailures()
    {
        var (rounds, name) = (random.Next(3, 7), Name());
        var positions = Times(rounds, _ => Call("connect", $$"""{"host":"{{name}}"}""", """{"error":"refused"}"""));
        foreach (var position in positions)
            Failures[position] = position == positions[^1] ? AftermathKind.WorkedAround : AftermathKind.RetriedSame;
        Loops.Add((positions[0], positions[^1], 1, rounds));
        Bash($"cat hosts/{Name()}", $"{Name()}\n");
    }

    private void PollWithProgress()
    {
        var name = Name();
        Times(random.Next(3, 8), time => Call("get_job", $$"""{"job":"{{name}}"}""", $$"""{"state":"running","done":{{10 + time * 7}}}"""));
    }

    private void PollUntilDone()
    {
        var (name, waits) = (Name(), random.Next(3, 8));
        Times(waits, _ => Call("get_job", $$"""{"job":"{{name}}"}""", """{"state":"pending"}"""));
        Call("get_job", $$"""{"job":"{{name}}"}""", $$"""{"state":"done","file":"{{name}}.csv"}""");
    }

    private void ReadOn()
    {
        var name = Name();
        Times(random.Next(3, 7), time => Call("read_lines", $$"""{"file":"{{name}}","from":{{100 * time}}}""", "\"same old line\""));
    }

    private void OnlyTwice()
    {
        var name = Name();
        Times(2, _ => Call("get_price", $$"""{"item":"{{name}}"}""", """{"price":12}"""));
    }

    private void SameCallOtherResults() => Times(random.Next(3, 6), _ => Call("next_row", "{}", $$"""{"row":"{{Name()}}"}"""));

    private void NoResult() => Unanswered.Add(Add(Some.ToolCall("start_build", $$"""{"target":"{{Name()}}"}""")));

    private void ParallelWithoutResult()
    {
        var (first, second) = ($"a-{number++}", $"b-{number++}");
        Add(Some.ToolCall("get_map", $$"""{"of":"{{Name()}}"}""", first));
        Unanswered.Add(Add(Some.ToolCall("get_plan", $$"""{"of":"{{Name()}}"}""", second)));
        Add(Some.ToolResult("get_map", $"\"{Name()}\"", first));
    }

    /// <summary>The second call is answered first, and both have the same id.</summary>
    private void ReusedIds()
    {
        Add(Some.ToolCall("get_left", $$"""{"of":"{{Name()}}"}""", "call-x"));
        var failed = Add(Some.ToolCall("get_right", $$"""{"of":"{{Name()}}"}""", "call-x"));
        Add(Some.ToolResult("get_right", """{"error":"no right side"}""", "call-x"));
        Add(Some.ToolResult("get_left", "\"left side\"", "call-x"));
        Failures[failed] = AftermathKind.WorkedAround;
        Work();
    }

    private List<int> Times(int count, Func<int, int> add)
    {
        var positions = new List<int>();
        for (var time = 0; time < count; time++)
        {
            if (time > 0)
                Think();
            positions.Add(add(time));
        }
        return positions;
    }
}
