using System.Reflection;
using ChatMcpServer.Answers;
using ChatMcpServer.Mcp.Completions;
using ChatMcpServer.Mcp.Prompts;
using ChatMcpServer.Mcp.Resources;
using ChatMcpServer.Mcp.Tools;
using ChatSessions.Archive;
using ChatSessions.Sources.LlamaCloud;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp;

/// <summary>Everything this server advertises over MCP.</summary>
public static class McpSurface
{
    /// <summary>Adds tools, resources, prompts, completions and filters. Call it after the sessions are added: there is a search only if there is something to search,
    /// and only with LlamaCloud arguments for its projects.</summary>
    /// <param name="answers">What the tools' answers have.</param>
    /// <param name="maxRequests">The most requests at work at the same time.</param>
    public static IMcpServerBuilder AddChatMcp(
        this IServiceCollection services,
        AnswerForm answers = AnswerForm.Auto,
        int maxRequests = RequestTurns.DefaultMost
    )
    {
        var hasSearch = services.Any(service => service.ServiceType == typeof(SessionSearch));
        var hasLlamaCloud = services.Any(service => service.ServiceType == typeof(LlamaCloudSource));
        services
            .AddSingleton<SessionResources>()
            .AddSingleton<ResourceSubscriptions>()
            .AddSingleton<SessionCompletion>()
            .AddSingleton<SessionPrompts>()
            .AddSingleton<CondensedAnswers>()
            .AddSingleton<IdleMemory>()
            .AddSingleton(provider => new RequestTurns(maxRequests, ScarceMemory.IsScarce, provider.GetRequiredService<TimeProvider>()));
        var server = services
            .AddMcpServer(options =>
                options.ServerInfo = new Implementation
                {
                    Name = "chat-mcp-server",
                    Title = "ChatMcpServer",
                    Version = Version,
                }
            )
            .WithMessageFilters(filters =>
                filters
                    .AddIncomingFilter(ParamsCheck.Refuse)
                    .AddIncomingFilter(LaterVersions.Lower)
                    .AddIncomingFilter(RequestCaller.Identify)
                    .AddIncomingFilter(ServerInstructions.Set)
                    .AddOutgoingFilter(LongTexts.PutIn)
            )
            .WithTools<ChatSessionTools>(AnswersJson.Options)
            .WithTools<ChatToolCallTools>(AnswersJson.Options)
            .WithTools<ChatReviewTools>(AnswersJson.Options)
            .WithListResourceTemplatesHandler((request, _) => ValueTask.FromResult(SessionResources.ListTemplates(request.Params?.Cursor)))
            .WithListResourcesHandler(
                (request, token) => Resources(request).ListAsync(RequestCaller.Get(request), request.Params?.Cursor, token)
            )
            .WithReadResourceHandler(
                (request, token) => Resources(request).ReadAsync(RequestCaller.Get(request), request.Params?.Uri, token)
            )
            .WithSubscribeToResourcesHandler(
                Audit.OfSubscriptions(
                    McpErrors.InSubscriptions<SubscribeRequestParams>(
                        (request, token) => Subscriptions(request).SubscribeAsync(request, token)
                    )
                )
            )
            .WithUnsubscribeFromResourcesHandler((request, _) => Subscriptions(request).UnsubscribeAsync(request))
            .WithSubscriptionsListenHandler(
                Audit.OfSubscriptions(
                    McpErrors.InSubscriptions<SubscriptionsListenRequestParams>(
                        (request, token) => Subscriptions(request).ListenAsync(request, token)
                    )
                )
            )
            .WithListPromptsHandler((request, _) => ValueTask.FromResult(Prompts(request).List(request.Params?.Cursor)))
            .WithGetPromptHandler((request, token) => Prompts(request).GetAsync(request, token))
            .WithCompleteHandler(
                (request, token) =>
                    request
                        .Services!.GetRequiredService<SessionCompletion>()
                        .CompleteAsync(RequestCaller.Get(request), request.Params, token)
            )
            .WithRequestFilters(filters =>
                filters
                    .AddListToolsFilter(next => ToolSchemas.Shape(next, hasLlamaCloud, answers))
                    .AddCallToolFilter(Audit.OfToolCalls)
                    .AddCallToolFilter(CallProgress.Report)
                    .AddCallToolFilter(IdleMemory.AfterToolCalls)
                    .AddCallToolFilter(McpErrors.InToolCalls)
                    .AddCallToolFilter(Scopes.Require)
                    .AddCallToolFilter(next => ToolArguments.Normalize(next, hasLlamaCloud))
                    .AddCallToolFilter(HostLimits.Fit)
                    .AddCallToolFilter(next => AnswerForms.Choose(next, answers))
                    .AddListResourcesFilter(Audit.OfResourceLists)
                    .AddListResourcesFilter(McpErrors.InResourceLists)
                    .AddReadResourceFilter(Audit.OfResourceReads)
                    .AddReadResourceFilter(IdleMemory.AfterResourceReads)
                    .AddReadResourceFilter(McpErrors.InResourceReads)
                    .AddReadResourceFilter(LongTexts.TakeOut)
                    .AddCompleteFilter(Audit.OfCompletions)
                    .AddCompleteFilter(McpErrors.InCompletions)
                    .AddGetPromptFilter(Audit.OfPrompts)
                    .AddGetPromptFilter(McpErrors.InPrompts)
            );
        return hasSearch ? server.WithTools<ChatSearchTools>(AnswersJson.Options) : server;

        static SessionResources Resources<T>(RequestContext<T> request) => request.Services!.GetRequiredService<SessionResources>();

        static SessionPrompts Prompts<T>(RequestContext<T> request) => request.Services!.GetRequiredService<SessionPrompts>();

        static ResourceSubscriptions Subscriptions<T>(RequestContext<T> request) =>
            request.Services!.GetRequiredService<ResourceSubscriptions>();
    }

    /// <summary>The program's version, as clients see it.</summary>
    public static string Version =>
        typeof(McpSurface).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
