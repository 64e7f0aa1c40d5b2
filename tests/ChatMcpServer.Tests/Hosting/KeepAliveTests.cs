using System.Net;
using ChatMcpServer.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

public sealed class KeepAliveTests
{
    [Fact]
    public async Task An_answer_begins_with_its_first_byte_so_that_a_balancer_can_ask_another_replica_until_then()
    {
        var hasStarted = new List<bool>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.UseKeepAlive(TimeProvider.System);
        app.Run(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            hasStarted.Add(context.Response.HasStarted);
            await context.Response.Body.WriteAsync("data: x\n\n"u8.ToArray(), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            hasStarted.Add(context.Response.HasStarted);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient();

        var answer = await http.GetStringAsync(new Uri(app.Urls.Single()), TestContext.Current.CancellationToken);

        Assert.Equal(("data: x\n\n", false, true), (answer, hasStarted[0], hasStarted[1]));
    }
}
