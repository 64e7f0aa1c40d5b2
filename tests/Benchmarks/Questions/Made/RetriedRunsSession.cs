using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ChatSessions.Model;

namespace Benchmarks.Questions.Made;

/// <summary>Several runs, of which two ended with an error and were tried again.</summary>
internal static class RetriedRunsSession
{
    private static readonly string[] Steps = ["resolve", "lint", "unit", "package", "sign", "upload", "smoke"];

    public static Session Make()
    {
        var random = new Random(404);
        return new Recording("ses-made-retried-runs", "Deploy the billing service")
            .User("Deploy release 5.12.0 of the billing service to staging, then run the smoke tests.")
            .Use(
                "pipeline_start",
                new JsonObject
                {
                    ["service"] = "billing",
                    ["version"] = "5.12.0",
                    ["target"] = "staging",
                },
                new JsonObject
                {
                    ["run"] = "R-7731",
                    ["log"] = Log(random, 180, "package", "warning: base image debian:12-slim is 94 days old"),
                }
            )
            .Say("The pipeline R-7731 runs. I will watch it until the upload.")
            .Use(
                "pipeline_log",
                new JsonObject { ["run"] = "R-7731" },
                new JsonObject { ["log"] = Log(random, 320, "sign", "error: signing key 'release-2025' expired on 2026-04-30") }
            )
            .Stop(4, "Provider returned 529 overloaded_error after 3 attempts")
            .User("It stopped. Please continue.")
            .Think(
                "The run of the agent ended because the model's provider was overloaded; that has nothing to do with the pipeline. The pipeline itself failed at signing, because the key release-2025 expired."
            )
            .Use(
                "secrets_list",
                new JsonObject { ["prefix"] = "release-" },
                new JsonObject { ["keys"] = new JsonArray("release-2025 (expired)", "release-2026 (valid until 2027-04-30)") }
            )
            .Say(
                "The signing key release-2025 has expired. There is a release-2026. I would change ci/sign.yaml to use it, but that file is owned by the security team. May I?"
            )
            .Stop(3)
            .User("No, do not touch ci/sign.yaml. Pass the key for this run only.")
            .Use(
                "pipeline_start",
                new JsonObject
                {
                    ["service"] = "billing",
                    ["version"] = "5.12.0",
                    ["target"] = "staging",
                    ["override"] = new JsonObject { ["SIGN_KEY"] = "release-2026" },
                },
                new JsonObject { ["run"] = "R-7734", ["log"] = Log(random, 260, "upload", "pushed sha256:9f3c51aa0be2 (112 MB)") }
            )
            .Use(
                "pipeline_log",
                new JsonObject { ["run"] = "R-7734" },
                new JsonObject { ["log"] = Log(random, 410, "smoke", "FAILED invoices_total_matches: expected 1204, got 1198") }
            )
            .Think(
                "Six invoices are missing. The migration 0093 moves drafts to another table, so a count that includes drafts is lower now. 1204 - 1198 = 6, and there are six drafts in staging. So the test is outdated, not the release."
            )
            .Stop(6, "Context window exceeded: 204,811 tokens of 200,000")
            .User("Again, shorter please. Is the release good or not?")
            .Use(
                "sql",
                new JsonObject { ["query"] = "select status, count(*) from invoices_draft group by status" },
                "status | count\ndraft  | 6"
            )
            .Say(
                "The release is good. The smoke test invoices_total_matches still counts drafts, which migration 0093 moved to invoices_draft: the missing six are exactly the six drafts. 5.12.0 is on staging as sha256:9f3c51aa0be2."
            )
            .Stop(2)
            .User("Then what is left before production?")
            .Say(
                "Left before production: the security team must put release-2026 into ci/sign.yaml (ticket SEC-1482), somebody must change the query in tests/smoke/invoices_total.py, and the base image should be renewed since it is 94 days old."
            )
            .Stop(1)
            .Finish();
    }

    private static string Log(Random random, int lines, string step, string line)
    {
        var text = new StringBuilder();
        var at = random.Next(lines / 2, lines - 4);
        for (var number = 0; number < lines; number++)
            text.Append(
                number == at
                    ? string.Create(CultureInfo.InvariantCulture, $"[{number / 60:D2}:{number % 60:D2}] {step}: {line}\n")
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"[{number / 60:D2}:{number % 60:D2}] {Steps[random.Next(Steps.Length)]}: layer {random.Next():x8} {random.Next(3, 900)} kB in {random.Next(20, 4_000)} ms\n"
                    )
            );
        return text.ToString();
    }
}
