using System.Net.Http.Headers;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>Follows redirects itself, because each target must be checked first; the handler would also send the headers along.</summary>
internal static class Redirects
{
    internal const int MaxRedirects = 5;

    /// <summary>Gets an address, following redirects; reads only the headers.</summary>
    /// <param name="mayFollow">Whether a redirect to this address may be followed.</param>
    /// <returns>The last answer. It is a redirect if that may not be followed, or if there were too many.</returns>
    public static async Task<HttpResponseMessage> GetAsync(
        this HttpClient http,
        Uri address,
        AuthenticationHeaderValue? authorization,
        Func<Uri, bool> mayFollow,
        CancellationToken cancellationToken
    )
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Authorization = authorization;
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || redirects == MaxRedirects)
                return response;
            if (response.Headers.Location is not { } location || !Uri.TryCreate(address, location, out var target) || !mayFollow(target))
                return response;
            response.Dispose();
            address = target;
        }
    }
}
