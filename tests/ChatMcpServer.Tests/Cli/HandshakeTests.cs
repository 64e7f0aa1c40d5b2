using ChatMcpServer.Cli;
using ChatSessions.Model;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class HandshakeTests
{
    [Fact]
    public async Task A_program_that_is_not_there_is_a_sentence()
    {
        Assert.Contains("did not answer (", await RefusalAsync("/no/such/program"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_ends_at_once_is_a_sentence_with_what_it_said()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a POSIX shell.");

        Assert.Contains(" Its last error: no luck.", await RefusalAsync("sh", "-c", "echo no luck >&2; exit 3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_never_answers_is_given_up()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a POSIX shell.");

        Assert.Contains("within 0.5 s", await RefusalAsync("sh", "-c", "cat >/dev/null"), StringComparison.Ordinal);
    }

    private static async Task<string> RefusalAsync(params string[] command)
    {
        var timeout = command[^1].StartsWith("cat", StringComparison.Ordinal) ? TimeSpan.FromSeconds(0.5) : TimeSpan.FromSeconds(30);
        var exception = await Assert.ThrowsAsync<ChatSessionException>(() =>
            Handshake.RunAsync(command, timeout, TestContext.Current.CancellationToken)
        );
        Assert.Equal(ChatSessionError.Unavailable, exception.Error);
        return exception.Message;
    }
}
