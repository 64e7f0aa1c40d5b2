namespace ChatMcpServer.Mcp.Tools;

/// <summary>
/// The type of a tool's answer, from which its output schema is made. The SDK's OutputSchemaType does the same, but at the start, which a
/// client waits for; <see cref="ToolSchemas"/> does it when the tools are listed.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AnswersWithAttribute(Type answer) : Attribute
{
    public Type Answer { get; } = answer;
}
