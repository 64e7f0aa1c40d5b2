using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Benchmarks.Replicas;

/// <summary>HAProxy before the replicas, configured as the project's own example.</summary>
internal sealed partial class Balancer : IAsyncDisposable
{
    private const string Missing = "HAProxy is not installed. Install it with `apt-get install haproxy`.";

    private readonly Process process;

    private Balancer(Process process, Uri address) => (this.process, Address) = (process, address);

    /// <summary>Where clients ask.</summary>
    public Uri Address { get; }

    /// <param name="example">The file of the example.</param>
    /// <param name="folder">Takes the configuration.</param>
    public static async Task<Balancer> StartAsync(string example, string folder, IEnumerable<Uri> replicas)
    {
        var port = FreePort();
        var path = Path.Combine(folder, $"haproxy-{port}.cfg");
        await File.WriteAllTextAsync(path, Configure(await File.ReadAllTextAsync(example), port, replicas));
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("haproxy", ["-db", "-q", "-f", path]) { RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException(Missing);
        }
        var said = new StringBuilder();
        process.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        process.BeginErrorReadLine();
        var address = new Uri($"http://127.0.0.1:{port}/mcp");
        using var http = new HttpClient();
        for (var tries = 0; ; tries++)
            try
            {
                using var response = await http.GetAsync(new Uri(address, "/healthz"));
                if (response.IsSuccessStatusCode)
                    return new(process, address);
                if (tries == 200)
                    throw new InvalidOperationException($"HAProxy answers {(int)response.StatusCode}. {said}");
                await Task.Delay(50);
            }
            catch (HttpRequestException) when (tries < 200 && !process.HasExited)
            {
                await Task.Delay(50);
            }
            catch (HttpRequestException)
            {
                throw new InvalidOperationException($"HAProxy does not start. {said}");
            }
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>The example on loopback, without encryption, and with these replicas.</summary>
    private static string Configure(string example, int port, IEnumerable<Uri> replicas)
    {
        var servers = replicas.Select((replica, number) => $"    server replica{number} {replica.Authority}");
        var text = Bind.Replace(example, $"    bind 127.0.0.1:{port}");
        text = Servers.Replace(text, string.Join('\n', servers));
        return text[..text.IndexOf("resolvers docker\n", StringComparison.Ordinal)];
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("^    bind .*$", RegexOptions.Multiline)]
    private static partial Regex Bind { get; }

    [GeneratedRegex("^    server-template .*$", RegexOptions.Multiline)]
    private static partial Regex Servers { get; }
}
