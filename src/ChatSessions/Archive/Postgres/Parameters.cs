using System.Globalization;

namespace ChatSessions.Archive.Postgres;

/// <summary>The parameters of a statement that is put together.</summary>
internal sealed class Parameters
{
    private readonly List<object?> all = [];

    public object?[] All => [.. all];

    /// <summary>Adds a parameter and returns its name.</summary>
    public string Add(object? value)
    {
        all.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"${all.Count}");
    }
}
