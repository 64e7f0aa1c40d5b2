using System.Text.Json;

namespace ChatMcpServer.Answers;

/// <summary>The words of answers for values of the library, such as <c>ended_well</c>.</summary>
internal static class SnakeCase
{
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
