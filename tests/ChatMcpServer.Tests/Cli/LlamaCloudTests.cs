using ChatSessions.Tests;
using ChatSessions.Tests.Sources.LlamaCloud;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>The verbs with a fake LlamaCloud.</summary>
public sealed class LlamaCloudTests : IAsyncLifetime
{
    private const string Key = "llx-key-of-the-tests";
    private FakeLlamaCloud cloud = null!;

    public async ValueTask InitializeAsync()
    {
        cloud = await FakeLlamaCloud.StartAsync();
        cloud.RequiredKey = Key;
        cloud.PageSize = 2;
        foreach (var id in (string[])["ses-1", "ses-2", "ses-3"])
            cloud.Add(Some.SessionText(id, $"Title of {id}", Some.UserInput($"What is {id}?"), Some.Stop()));
    }

    public ValueTask DisposeAsync() => cloud.DisposeAsync();

    [Fact]
    public async Task Sessions_are_listed_and_shown()
    {
        var list = await RunAsync(Key, "list");
        var show = await RunAsync(Key, "show", "ses-3");

        Assert.Equal((0, ""), (list.ExitCode, list.Error));
        Assert.Equal(4, list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("\n#0 user: What is ses-3?\n", show.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_flags_lead_there_as_the_variables_do()
    {
        using var folder = new TempFolder();
        const string project = "01234567-89ab-cdef-0123-456789abcdef";

        var run = await CliProcess.RunAsync(
            "show",
            "ses-1",
            "--base-url",
            cloud.BaseUrl.OriginalString,
            "--api-key-file",
            folder.Write("key", Key, ""),
            "--project-id",
            project
        );

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.All(cloud.Requests, request => Assert.EndsWith($"project_id={project}", request.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_is_not_sent_to_a_public_host_over_plain_http_and_the_flag_is_named()
    {
        var run = await CliProcess.RunWithAsync(new() { ["LLAMA_CLOUD_API_KEY"] = Key }, "list", "--base-url", "http://8.8.8.8");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(
            "The API key is not sent over plain http to 8.8.8.8, which is not at a private address: everybody on the way could read it. "
                + "Set --base-url to an https address.",
            run.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Plain_http_in_a_private_network_is_a_warning_of_doctor()
    {
        var run = await CliProcess.RunWithAsync(
            new() { ["LLAMA_CLOUD_API_KEY"] = Key, ["LLAMA_CLOUD_BASE_URL"] = "http://no-such-host.invalid" },
            "doctor"
        );

        Assert.Contains(
            "warn  key            The API key is sent to no-such-host.invalid over plain http",
            run.Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_id_that_LlamaCloud_does_not_know_is_named_with_the_place()
    {
        var run = await RunAsync(Key, "show", "ses-x");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(
            $"No session or file 'ses-x' in LlamaCloud ({cloud.BaseUrl.Authority}).",
            run.ErrorLine,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("list")]
    [InlineData("show", "ses-1")]
    public async Task A_key_that_is_refused_is_one_line_without_the_key(params string[] verb)
    {
        var run = await RunAsync("llx-wrong-secret", verb);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("refused the API key (401)", run.ErrorLine, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_finds_key_service_sessions_and_server_well()
    {
        var run = await RunAsync(Key, "doctor");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["ok    configuration", "ok    key", "ok    api", "ok    handshake"], DoctorVerbTests.Checks(run));
        Assert.Contains("LLAMA_CLOUD_API_KEY has a key for your own installation", run.Output, StringComparison.Ordinal);
        Assert.Contains(": 3 sessions, listed in", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_reports_a_refused_key_and_goes_on()
    {
        var run = await RunAsync("llx-wrong-secret", "doctor");

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Equal(["ok    configuration", "ok    key", "fail  api", "ok    handshake"], DoctorVerbTests.Checks(run));
        Assert.Contains("If the key belongs to another installation", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_reports_a_service_that_is_not_there()
    {
        var environment = Environment(Key);
        await cloud.DisposeAsync();

        var run = await CliProcess.RunWithAsync(environment, "doctor");

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Contains("fail  api", DoctorVerbTests.Checks(run));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("show", "ses-1")]
    [InlineData("doctor")]
    public async Task An_interrupt_ends_a_verb_quietly_with_130(params string[] verb)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are POSIX.");
        var asked = new TaskCompletionSource();
        cloud.Always = Faults.Silence(() => asked.TrySetResult());
        using var process = CliProcess.Start(Environment(Key), verb);

        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        using (var kill = System.Diagnostics.Process.Start("kill", ["-INT", $"{process.Id}"]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        var run = await CliProcess.EndAsync(process);

        Assert.Equal((130, ""), (run.ExitCode, run.Error));
    }

    private Task<CliRun> RunAsync(string key, params string[] arguments) => CliProcess.RunWithAsync(Environment(key), arguments);

    private Dictionary<string, string> Environment(string key) =>
        new() { ["LLAMA_CLOUD_API_KEY"] = key, ["LLAMA_CLOUD_BASE_URL"] = cloud.BaseUrl.OriginalString };
}
