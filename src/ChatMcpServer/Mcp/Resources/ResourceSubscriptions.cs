using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using ChatSessions.Following;
using ChatSessions.Model;
using ChatSessions.Sources;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp.Resources;

/// <summary>
/// Notifies clients of updated resources: older clients by <c>resources/subscribe</c>, newer ones by <c>subscriptions/listen</c>. A
/// subscription to any address of a session follows the session; the notification has the address exactly as the client wrote it.
/// </summary>
internal sealed class ResourceSubscriptions(SessionUpdates updates, ServerStop serverStop)
{
    /// <summary>The subscriptions of older clients, by caller and address.</summary>
    private readonly ConcurrentDictionary<(Caller Caller, string Uri), CancellationTokenSource> subscribed = [];

    /// <summary>Answers <c>resources/subscribe</c>. A second subscription to the same address changes nothing.</summary>
    public async ValueTask<EmptyResult> SubscribeAsync(RequestContext<SubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        var uri = request.Params?.Uri;
        var caller = RequestCaller.Get(request);
        var follower = await FollowAsync(caller, Parse(uri), cancellationToken);
        var end = CancellationTokenSource.CreateLinkedTokenSource(serverStop.Token);
        if (subscribed.TryAdd((caller, uri), end))
        {
            _ = TellAsync(request.Server, uri, subscription: null, follower, end.Token);
        }
        else
        {
            follower.Dispose();
            end.Dispose();
        }
        return new EmptyResult();
    }

    /// <summary>Answers <c>resources/unsubscribe</c>, also if there was no subscription.</summary>
    public async ValueTask<EmptyResult> UnsubscribeAsync(RequestContext<UnsubscribeRequestParams> request)
    {
        if (request.Params?.Uri is { } uri && subscribed.TryRemove((RequestCaller.Get(request), uri), out var end))
            using (end)
                await end.CancelAsync();
        return new EmptyResult();
    }

    /// <summary>Answers <c>subscriptions/listen</c> when the server ends. If the client ends it, there is no answer.</summary>
    public async ValueTask<EmptyResult> ListenAsync(
        RequestContext<SubscriptionsListenRequestParams> request,
        CancellationToken cancellationToken
    )
    {
        var asked = request.Params!.Notifications;
        var addresses = (asked.ResourceSubscriptions ?? []).Distinct().Select(uri => (Uri: uri, Address: Parse(uri))).ToList();
        var id = request.JsonRpcRequest.Id;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, serverStop.Token);
        var followers = new List<SessionFollower>();
        try
        {
            foreach (var (_, address) in addresses)
                followers.Add(await FollowAsync(RequestCaller.Get(request), address, end.Token));
            await request.Server.SendMessageAsync(Acknowledgement(asked, id), end.Token);
            var told = addresses.Zip(followers, (one, follower) => TellAsync(request.Server, one.Uri, id, follower, end.Token));
            await Task.WhenAll([Task.Delay(Timeout.Infinite, end.Token), .. told]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && serverStop.Token.IsCancellationRequested)
        {
            // The server ends: the only case that is answered.
        }
        finally
        {
            followers.ForEach(follower => follower.Dispose());
        }
        return new EmptyResult { ResultType = "complete", Meta = Subscription(id) };
    }

    private Task<SessionFollower> FollowAsync(Caller caller, ChatUri address, CancellationToken cancellationToken) =>
        address is ChatUri.OfSession { SessionId: var id }
            ? updates.FollowAsync(id, caller with { Scope = address.Scope }, cancellationToken)
            : updates.FollowListAsync(caller with { Scope = address.Scope }, cancellationToken);

    /// <summary>Sends a notification for each change until cancelled, or until the client cannot be reached.</summary>
    private static async Task TellAsync(
        McpServer server,
        string uri,
        RequestId? subscription,
        SessionFollower follower,
        CancellationToken cancellationToken
    )
    {
        using (follower)
            while (true)
            {
                await follower.NextAsync(cancellationToken);
                var parameters = new JsonObject { ["uri"] = uri };
                if (subscription is { } id)
                    parameters["_meta"] = Subscription(id);
                await server.SendMessageAsync(
                    new JsonRpcNotification { Method = NotificationMethods.ResourceUpdatedNotification, Params = parameters },
                    cancellationToken
                );
            }
    }

    /// <summary>The first message of a subscription: which of the requested notifications will be sent.</summary>
    private static JsonRpcNotification Acknowledgement(SubscriptionsListenNotifications asked, RequestId id)
    {
        var granted = new JsonObject();
        // The SDK advertises notifications of tool list changes; the list never changes.
        if (asked.ToolsListChanged == true)
            granted["toolsListChanged"] = true;
        if (asked.ResourceSubscriptions is { } uris)
            granted["resourceSubscriptions"] = new JsonArray([.. uris.Select(uri => JsonValue.Create(uri))]);
        return new JsonRpcNotification
        {
            Method = NotificationMethods.SubscriptionsAcknowledgedNotification,
            Params = new JsonObject { ["notifications"] = granted, ["_meta"] = Subscription(id) },
        };
    }

    private static JsonObject Subscription(RequestId id) =>
        new() { [MetaKeys.SubscriptionId] = id.Id is long number ? JsonValue.Create(number) : JsonValue.Create(id.ToString()) };

    private static ChatUri Parse([NotNull] string? uri) =>
        ChatUri.Parse(
            uri
                ?? throw new ChatSessionException(
                    ChatSessionError.InvalidArgument,
                    "Missing uri in the subscription. Pass one such as chat://sessions."
                )
        );
}
