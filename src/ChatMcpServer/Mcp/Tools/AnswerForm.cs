using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp.Tools;

/// <summary>What a tool's answer has: text, structured content, or both, each of which is the whole answer.</summary>
public enum AnswerForm
{
    /// <summary>Text for hosts, both for all other clients.</summary>
    Auto,

    /// <summary>Only text. The tools have no output schema.</summary>
    Text,

    /// <summary>Only structured content. Refusals are text all the same.</summary>
    Structured,

    /// <summary>Text and structured content.</summary>
    Both,
}

/// <summary>
/// Gives each client the form it has use for. Some hosts show their model one form, some both: with both, a model would pay twice, or get
/// the form that costs more.
/// </summary>
internal static class AnswerForms
{
    /// <summary>The form for a client.</summary>
    /// <param name="asked">The form that the operator set.</param>
    public static AnswerForm For(Implementation? client, AnswerForm asked) =>
        asked != AnswerForm.Auto ? asked
        : KnownHost.Of(client) is null ? AnswerForm.Both
        : AnswerForm.Text;

    /// <summary>Leaves out of answers what the client has no use for.</summary>
    public static McpRequestHandler<CallToolRequestParams, CallToolResult> Choose(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next,
        AnswerForm asked
    ) =>
        async (request, cancellationToken) =>
        {
            var result = await next(request, cancellationToken);
            switch (For(request.Server.ClientInfo, asked))
            {
                case AnswerForm.Text:
                    result.StructuredContent = null;
                    break;
                case AnswerForm.Structured when result.StructuredContent is not null:
                    result.Content = [];
                    break;
            }
            return result;
        };
}
