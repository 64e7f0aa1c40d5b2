using System.Text.Json;

namespace ChatSessions.Recorded;

/// <summary>The words of answers for values of an enumeration, such as <c>ended_well</c>.</summary>
public static class SnakeCase
{
    /// <summary>The word for a value.</summary>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
