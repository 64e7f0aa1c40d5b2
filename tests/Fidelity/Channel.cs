namespace Fidelity;

/// <summary>What a reader is shown of a session.</summary>
internal enum Channel
{
    /// <summary>The text of the condensed session.</summary>
    Text,

    /// <summary>The JSON of its structured content.</summary>
    Json,

    /// <summary>For comparison: see <see cref="PlainText.Ends"/>.</summary>
    Ends,

    /// <summary>For comparison: see <see cref="PlainText.Strings"/>.</summary>
    Strings,
}
