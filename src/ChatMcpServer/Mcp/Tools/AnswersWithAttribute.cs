namespace ChatMcpServer.Mcp.Tools;

/// <summary>
/// The type of a tool's answer, from which its output schema follows. The SDK's OutputSchemaType would do the same, but makes the schema
/// at the start, which a client waits for; <see cref="ToolSchemas"/> makes it when the tools are listed.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AnswersWithAttribute(Type answer) : Attribute
{
    public Type Answer { get; } = answer;
}
