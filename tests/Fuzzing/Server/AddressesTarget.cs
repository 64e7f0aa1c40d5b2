using System.Text;
using ChatMcpServer.Mcp.Resources;
using ChatSessions.Model;
using ChatSessions.Tests;

namespace Fuzzing.Server;

/// <summary>Addresses of resources, valid and not, read and subscribed to.</summary>
internal sealed class AddressesTarget() : ServerTarget("addresses")
{
    private static readonly string[] Pieces =
    [
        "chat:",
        "chat://",
        "chat://sessions",
        "chat://sessions/",
        "chat://turns/",
        "chat://events/",
        "chat://tool-calls/",
        "chat://attachments/",
        "/json",
        "/messages",
        "/tool-calls",
        "/turns/",
        "/events/",
        "/",
        "//",
        "?",
        "&",
        "=",
        "#",
        "?project_id=x",
        "&organization_id=%20",
        "%",
        "%2",
        "%2F",
        "%00",
        "%FF",
        "%ED%A0%80",
        "%25",
        "..",
        "0",
        "0-3",
        "last 2",
        "last%202",
        "99999999999999999999",
        "-1",
        "é",
        "\ud83d\ude00",
        "\u0001",
        " ",
        "http://[",
        "file:///etc/passwd",
    ];

    public override int InputsInTests => 400;

    public override byte[] Make(Random random) => Encoding.UTF8.GetBytes(Address(random));

    /// <summary>An address of pieces, most of them in the order in which they make sense.</summary>
    public static string Address(Random random)
    {
        var id = FuzzedServer.SessionIds[random.Next(FuzzedServer.SessionIds.Count)];
        var valid = random.Next(7) switch
        {
            0 => $"chat://sessions/{id}",
            1 => $"chat://sessions/{id}/{(random.Next(2) == 0 ? "json" : "messages")}",
            2 => $"chat://turns/{id}/{random.Next(9)}",
            3 => $"chat://events/{id}/{random.Next(40)}-{random.Next(40)}",
            4 => $"chat://tool-calls/{id}/{random.Next(40)}",
            5 => $"chat://attachments/{id}/a/b",
            _ => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => Pieces[random.Next(Pieces.Length)])),
        };
        for (var count = random.Next(3); count > 0; count--)
        {
            var at = random.Next(valid.Length + 1);
            valid = valid[..at] + Pieces[random.Next(Pieces.Length)] + valid[Math.Min(valid.Length, at + random.Next(3))..];
        }
        return valid;
    }

    public override async Task RunAsync(byte[] input, CancellationToken cancellationToken)
    {
        var address = Encoding.UTF8.GetString(input);
        try
        {
            ChatUri.Parse(address);
        }
        catch (ChatSessionException refusal)
        {
            Fuzz.CheckSentence(refusal.Message);
        }
        var server = await ServerAsync(cancellationToken);
        var parameters = $"{{\"uri\":{JsonTexts.Quote(address)}}}";
        foreach (var method in (string[])["resources/read", "resources/subscribe", "resources/unsubscribe"])
            await server.AskAsync(method, parameters, cancellationToken);
    }
}
