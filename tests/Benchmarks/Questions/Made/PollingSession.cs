using System.Text.Json.Nodes;
using ChatSessions.Model;

namespace Benchmarks.Questions.Made;

/// <summary>Twenty thousand events that wait for two jobs: the first fails, the second succeeds.</summary>
internal static class PollingSession
{
    private const int FirstPolls = 6_400;
    private const int SecondPolls = 3_590;

    public static Session Make()
    {
        var random = new Random(505);
        var recording = new Recording("ses-made-polling", "Reprocess the archive of scans")
            .User(
                "Start the reprocessing of the scan archive and stay with it until it is done. If it fails, repair what you can and start it again."
            )
            .Use(
                "start_job",
                new JsonObject { ["kind"] = "reprocess", ["input"] = "s3://scans-archive/2019" },
                new JsonObject { ["job_id"] = "job-4d17e0", ["state"] = "queued" }
            )
            .Think("The archive has about 212,000 pages. I poll once a minute and report changes of state only.");
        Poll(recording, random, "job-4d17e0", FirstPolls, 212_406, 148_920);
        recording
            .Use(
                "get_job",
                new JsonObject { ["job_id"] = "job-4d17e0" },
                new JsonObject
                {
                    ["state"] = "failed",
                    ["pages_done"] = 148_921,
                    ["error"] = "worker ocr-3 exited 137 (out of memory) on folder 2019/11/registers-A0, page 0412.tif",
                }
            )
            .Think(
                "Exit code 137 is the memory limit. The registers are A0 sheets of 1.2 gigapixels; the worker holds 4 GB. I tile these sheets instead of raising the limit, because all workers of the pool share one machine with 16 GB."
            )
            .Use(
                "set_job_option",
                new JsonObject
                {
                    ["kind"] = "reprocess",
                    ["option"] = "tile_pixels",
                    ["value"] = 4096,
                },
                new JsonObject { ["ok"] = true }
            )
            .Use(
                "start_job",
                new JsonObject
                {
                    ["kind"] = "reprocess",
                    ["input"] = "s3://scans-archive/2019",
                    ["resume_from"] = "job-4d17e0",
                },
                new JsonObject { ["job_id"] = "job-51b9c2", ["state"] = "queued" }
            );
        Poll(recording, random, "job-51b9c2", SecondPolls, 212_406, 212_405);
        return recording
            .Use(
                "get_job",
                new JsonObject { ["job_id"] = "job-51b9c2" },
                new JsonObject
                {
                    ["state"] = "succeeded",
                    ["pages_done"] = 212_406,
                    ["skipped"] = 37,
                    ["output"] = "s3://scans-text/2019/run-51b9c2/",
                    ["skipped_list"] = "s3://scans-text/2019/run-51b9c2/skipped.csv",
                }
            )
            .Say(
                "The second job, job-51b9c2, succeeded: 212,406 pages, of which 37 were skipped as blank or unreadable (skipped.csv). The first had run out of memory on the A0 registers; I now tile them at 4096 pixels. Next: somebody should look through the 37 skipped pages, then the folder 2018 can be started with the same option."
            )
            .Stop(10_005)
            .Finish();
    }

    private static void Poll(Recording recording, Random random, string job, int times, int pages, int last)
    {
        for (var time = 1; time <= times; time++)
        {
            var state =
                time < 12 ? "queued"
                : time < 30 ? "starting"
                : "running";
            var result = new JsonObject
            {
                ["job_id"] = job,
                ["state"] = state,
                ["pages_done"] = state == "running" ? (int)((long)last * time / times) : 0,
                ["pages_total"] = pages,
                ["checked_at"] = new DateTime(2026, 5, 2, 6, 0, 0, DateTimeKind.Utc)
                    .AddMinutes(time)
                    .AddSeconds(random.Next(3))
                    .ToString("s"),
            };
            if (job == "job-4d17e0" && time == 3_071)
            {
                result["state"] = "paused";
                result["reason"] = "maintenance window of storage cluster eu-2";
            }
            recording.Use("get_job", new JsonObject { ["job_id"] = job }, result);
        }
    }
}
