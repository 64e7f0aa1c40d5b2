using ChatMcpServer.Tests.Cli;
using ChatMcpServer.Tests.Hosting;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Reliability;

/// <summary>Session files that other programs change in every way while a server reads them.</summary>
[Trait("Runs", "process")]
public sealed class FileFaultTests : IDisposable
{
    private const int Sessions = 6;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    [Proves("files")]
    public async Task Files_that_are_truncated_deleted_and_replaced_while_they_are_read_never_harm_a_call()
    {
        for (var n = 0; n < Sessions; n++)
            Put(n, "first");
        folder.Write("calm.json", Some.SessionText("ses-calm", "Calm", Some.UserInput("a calm lamp")));
        await using var server = ServerProcess.Start("serve", "--sessions", folder.Path);
        var client = new ToolClient(server);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var changing = Task.Run(() => ChangeAsync(over.Token), TestContext.Current.CancellationToken);

        for (var ask = 0; ask < 15; ask++)
        {
            var calls = new List<int>
            {
                await client.SendAsync("list_chat_sessions", """{"limit":100}"""),
                await client.SendAsync("search_chat_sessions", """{"query":"lamp"}"""),
            };
            for (var n = 0; n < Sessions; n++)
                calls.Add(await client.SendAsync("get_chat_session", ToolClient.SessionId($"ses-{n}")));
            Assert.Contains("a calm lamp", await client.AnswerAsync("ses-calm"), StringComparison.Ordinal);
            foreach (var call in calls)
                await client.ReadAsync(call);
        }
        await over.CancelAsync();
        await changing;

        for (var n = 0; n < Sessions; n++)
            Put(n, "last");
        for (var n = 0; n < Sessions; n++)
            Assert.Contains("last lamp", await client.AnswerAsync($"ses-{n}"), StringComparison.Ordinal);
        await client.EndAsync();
    }

    private async Task ChangeAsync(CancellationToken over)
    {
        var random = new Random(5);
        while (!over.IsCancellationRequested)
        {
            var n = random.Next(Sessions);
            var path = Path.Combine(folder.Path, $"{n}.json");
            switch (random.Next(4))
            {
                case 0:
                    File.Delete(path);
                    break;
                case 1 when File.Exists(path):
                    using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
                        file.SetLength(random.Next((int)file.Length + 1));
                    break;
                case 2:
                    var part = Path.Combine(folder.Path, $".{n}.tmp");
                    await File.WriteAllTextAsync(part, Text(n, "replaced"), CancellationToken.None);
                    File.Move(part, path, overwrite: true);
                    break;
                default:
                    Put(n, "written");
                    break;
            }
            await Task.Delay(2, CancellationToken.None);
        }
    }

    private void Put(int n, string says) => File.WriteAllText(Path.Combine(folder.Path, $"{n}.json"), Text(n, says));

    private static string Text(int n, string says) =>
        Some.SessionText(
            $"ses-{n}",
            $"Title {n}",
            Some.UserInput($"{says} lamp"),
            Some.Text(string.Join(' ', Enumerable.Range(0, 20_000).Select(word => $"{says}{word}")))
        );
}
