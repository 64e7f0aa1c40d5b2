namespace Fuzzing.Server;

/// <summary>Messages to the whole server, which is started once.</summary>
internal abstract class ServerTarget(string name) : FuzzTarget(name)
{
    private FuzzedServer? server;

    public override async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        await base.DisposeAsync();
    }

    protected async ValueTask<FuzzedServer> ServerAsync(CancellationToken cancellationToken) =>
        server ??= await FuzzedServer.StartAsync(cancellationToken);
}
