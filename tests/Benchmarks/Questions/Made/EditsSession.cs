using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ChatSessions.Model;

namespace Benchmarks.Questions.Made;

/// <summary>A coding session with many small edits, in the shapes of Claude Code's tools.</summary>
internal static class EditsSession
{
    private const string Root = "/home/dev/tidemark/";

    private static readonly string[] Callers =
    [
        "harbour",
        "buoy",
        "gauge",
        "ferry",
        "lock",
        "pilot",
        "quay",
        "radar",
        "salvage",
        "tug",
        "vessel",
        "winch",
        "yard",
        "anchor",
        "beacon",
        "cargo",
        "dredge",
        "jetty",
    ];

    public static Session Make()
    {
        var random = new Random(707);
        var recording = new Recording("ses-made-edits", "Tide tables: replace naive datetimes")
            .User(
                "Our tide tables are off by an hour on days when the clock changes. Replace naive datetimes by zone-aware ones throughout the package, keep the public functions' names, and make the tests pass."
            )
            .Say("I'll look at where datetimes are created, then plan the edits.")
            .Use(
                "Grep",
                new JsonObject
                {
                    ["pattern"] = "utcnow|datetime\\.now\\(\\)|fromtimestamp",
                    ["path"] = Root + "tidemark",
                    ["output_mode"] = "content",
                    ["-n"] = true,
                },
                string.Join('\n', Callers.Select(caller => $"tidemark/{caller}.py:15:    moment = datetime.utcnow()"))
                    + "\ntidemark/clock.py:11:    return datetime.fromtimestamp(seconds)\ntidemark/tables.py:88:    local = moment + timedelta(hours=utc_offset(station))"
            )
            .Use(
                "TodoWrite",
                new JsonObject
                {
                    ["todos"] = new JsonArray(
                        Todo("Add now() and at() to clock.py", "in_progress"),
                        Todo("Replace utcnow() in 18 modules", "pending"),
                        Todo("Fix the offset in tables.py", "pending"),
                        Todo("Run tests", "pending")
                    ),
                },
                "Todos have been modified successfully. Ensure that you continue to use the todo list to track your progress."
            )
            .Use(
                "Read",
                new JsonObject { ["file_path"] = Root + "tidemark/clock.py" },
                Numbered(
                    "from datetime import datetime\n\n\ndef at(seconds):\n    \"\"\"The moment of a reading.\"\"\"\n    return datetime.fromtimestamp(seconds)\n"
                )
            )
            .Use(
                "Bash",
                new JsonObject { ["command"] = "python -m pytest -q 2>&1 | tail -15", ["description"] = "Run tests before changes" },
                Output(
                    "........F...............F.....                                           [100%]\nFAILED tests/test_tables.py::test_spring_forward - AssertionError: assert '03:40' == '02:40'\nFAILED tests/test_tables.py::test_fall_back - AssertionError: assert '01:12' == '02:12'\n2 failed, 29 passed in 1.94s"
                )
            )
            .Think(
                "Both failures are around the change of clocks. tables.py adds utc_offset(station), which is the offset of today and not of the moment. That is the root cause; the naive datetimes only hide it. So I will convert with zoneinfo instead of adding an offset."
            )
            .Use(
                "Edit",
                Edit("tidemark/clock.py", "from datetime import datetime\n", "from datetime import datetime, timezone\n"),
                "The file /home/dev/tidemark/tidemark/clock.py has been updated."
            )
            .Use(
                "Edit",
                Edit(
                    "tidemark/clock.py",
                    "    return datetime.fromtimestamp(seconds)\n",
                    "    return datetime.fromtimestamp(seconds, tz=timezone.utc)\n\n\ndef now():\n    \"\"\"The present moment, in UTC.\"\"\"\n    return datetime.now(tz=timezone.utc)\n"
                ),
                "The file /home/dev/tidemark/tidemark/clock.py has been updated."
            );
        for (var index = 0; index < Callers.Length; index++)
        {
            var path = $"tidemark/{Callers[index]}.py";
            recording.Use(
                "Read",
                new JsonObject
                {
                    ["file_path"] = Root + path,
                    ["offset"] = 1,
                    ["limit"] = 60,
                },
                Numbered(Module(random, Callers[index]))
            );
            if (Callers[index] == "salvage")
                recording
                    .Use(
                        "Edit",
                        Edit(path, "    moment = datetime.utcnow()\n", "    moment = clock.now()\n"),
                        "<tool_use_error>String to replace not found in file.\nString to replace:     moment = datetime.utcnow()\n</tool_use_error>"
                    )
                    .Say("salvage.py indents with tabs, so the text was not found. I'll repeat the edit with a tab.")
                    .Use(
                        "Edit",
                        Edit(path, "\tmoment = datetime.utcnow()\n", "\tmoment = clock.now()\n"),
                        "The file /home/dev/tidemark/tidemark/salvage.py has been updated."
                    );
            else
                recording.Use(
                    "Edit",
                    Edit(path, "    moment = datetime.utcnow()\n", "    moment = clock.now()\n"),
                    $"The file {Root}{path} has been updated."
                );
        }
        return recording
            .Use(
                "Edit",
                Edit(
                    "tidemark/tables.py",
                    "    local = moment + timedelta(hours=utc_offset(station))\n",
                    "    local = moment.astimezone(ZoneInfo(station.zone))\n"
                ),
                "The file /home/dev/tidemark/tidemark/tables.py has been updated."
            )
            .Use(
                "Bash",
                new JsonObject { ["command"] = "python -m pytest -q 2>&1 | tail -15", ["description"] = "Run tests" },
                Output(
                    ".....................E.........                                           [100%]\nERROR tests/test_ferry.py::test_next_departure - TypeError: can't compare offset-naive and offset-aware datetimes\n30 passed, 1 error in 1.88s"
                )
            )
            .Think(
                "ferry.py compares with a timetable that is read from CSV without a zone. I treat the timetable as Europe/Oslo, because the README of data/timetable says that all times are local to the home port, Bergen."
            )
            .Use(
                "Edit",
                Edit(
                    "tidemark/ferry.py",
                    "    return datetime.strptime(row[\"departs\"], \"%Y-%m-%d %H:%M\")\n",
                    "    return datetime.strptime(row[\"departs\"], \"%Y-%m-%d %H:%M\").replace(tzinfo=HOME_PORT)\n"
                ),
                "The file /home/dev/tidemark/tidemark/ferry.py has been updated."
            )
            .Use(
                "Write",
                new JsonObject
                {
                    ["file_path"] = Root + "tests/test_clock_change.py",
                    ["content"] =
                        "from tidemark import clock\nfrom tidemark.tables import local_time\n\n\ndef test_the_hour_that_occurs_twice(bergen):\n    first, second = clock.at(1761438600), clock.at(1761442200)\n    assert local_time(first, bergen).fold == 0\n    assert local_time(second, bergen).fold == 1\n",
                },
                "File created successfully at: /home/dev/tidemark/tests/test_clock_change.py"
            )
            .Use(
                "Bash",
                new JsonObject
                {
                    ["command"] = "python -m pytest -q && python -m ruff check . && git diff --stat | tail -1",
                    ["description"] = "Run tests, lint and show the diff's size",
                },
                Output(
                    "................................                                          [100%]\n32 passed in 1.97s\nAll checks passed!\n 20 files changed, 31 insertions(+), 27 deletions(-)"
                )
            )
            .Use(
                "TodoWrite",
                new JsonObject
                {
                    ["todos"] = new JsonArray(
                        Todo("Add now() and at() to clock.py", "completed"),
                        Todo("Replace utcnow() in 18 modules", "completed"),
                        Todo("Fix the offset in tables.py", "completed"),
                        Todo("Run tests", "completed"),
                        Todo("Remove utc_offset() once the mobile app no longer imports it", "pending")
                    ),
                },
                "Todos have been modified successfully. Ensure that you continue to use the todo list to track your progress."
            )
            .Use(
                "Bash",
                new JsonObject { ["command"] = "git diff tidemark/tables.py" },
                Output(
                    "diff --git a/tidemark/tables.py b/tidemark/tables.py\nindex 71c0d2e..b8e94fa 100644\n--- a/tidemark/tables.py\n+++ b/tidemark/tables.py\n@@ -85,7 +85,7 @@ def local_time(moment, station):\n     \"\"\"The wall clock at a station.\"\"\"\n-    local = moment + timedelta(hours=utc_offset(station))\n+    local = moment.astimezone(ZoneInfo(station.zone))\n     return local.replace(microsecond=0)\n"
                )
            )
            .Say(
                "All 32 tests pass and ruff is content. The root cause was in tables.py, which added today's offset to every moment. I left utc_offset() in place, since the mobile app still imports it; remove it once that has changed. Ferry times are now read as Europe/Oslo."
            )
            .Stop(58)
            .Finish();
    }

    private static JsonObject Edit(string path, string old, string @new) =>
        new()
        {
            ["file_path"] = Root + path,
            ["old_string"] = old,
            ["new_string"] = @new,
            ["replace_all"] = false,
        };

    private static JsonObject Todo(string content, string status) =>
        new()
        {
            ["content"] = content,
            ["status"] = status,
            ["activeForm"] = content,
        };

    private static JsonObject Output(string text) =>
        new()
        {
            ["stdout"] = text,
            ["stderr"] = "",
            ["interrupted"] = false,
        };

    private static string Module(Random random, string name)
    {
        var text = new StringBuilder(
            $"\"\"\"Reports of the {name}.\"\"\"\nfrom datetime import datetime\n\nfrom tidemark import clock, stations\n\n"
        );
        for (var function = 0; function < 4; function++)
        {
            var noun = Callers[random.Next(Callers.Length)];
            var moment = function == 1 ? "    moment = datetime.utcnow()\n" : "";
            text.Append(
                CultureInfo.InvariantCulture,
                $"\ndef {noun}_report_{function}(station, {(function == 1 ? "" : "moment, ")}limit={random.Next(5, 90)}):\n    \"\"\"What the {name} tells about the {noun}.\"\"\"\n{moment}    rows = stations.readings(station, until=moment, limit=limit)\n    return [row for row in rows if row.level_mm > {random.Next(100, 4_000)}]\n\n"
            );
        }
        return name == "salvage" ? text.ToString().Replace("    ", "\t", StringComparison.Ordinal) : text.ToString();
    }

    private static string Numbered(string text) =>
        string.Join('\n', text.Split('\n').Select((line, index) => string.Create(CultureInfo.InvariantCulture, $"{index + 1, 6}→{line}")));
}
