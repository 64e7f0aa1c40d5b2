namespace ChatMcpServer.Installing;

/// <summary>A configuration that is not edited.</summary>
/// <param name="reason">What is wrong with it, to follow the path: "is not valid JSON (line 3)".</param>
internal sealed class ConfigException(string reason) : Exception(reason);
