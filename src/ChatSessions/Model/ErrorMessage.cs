using System.Text;

namespace ChatSessions.Model;

/// <summary>The beginning of an error message, in a text in its JSON form.</summary>
internal static class ErrorMessage
{
    /// <summary>What follows "Error " in a message. "Error handling in Go" is a heading, and <c>Error = 1</c> is code.</summary>
    private static readonly byte[][] Messages =
    [
        .. (
            "executing running calling invoking performing processing reading writing opening loading saving creating updating "
            + "deleting editing applying fetching getting finding searching accessing connecting sending parsing decoding compiling "
            + "starting while during occurred from"
        )
            .Split(' ')
            .Append("response from")
            .Append("code:")
            .Append("-")
            .Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>Whether a text begins as an error message does, not as prose or code.</summary>
    public static bool IsAtStart(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("Error"u8))
            return false;
        text = text["Error".Length..];
        if (text.IsEmpty || text[0] is (byte)':' or (byte)'!' || text.SequenceEqual("."u8) || text.StartsWith(". "u8))
            return true;
        if (text[0] != ' ')
            return false;
        text = text[1..];
        foreach (var message in Messages)
            if (text.StartsWith(message) && (text.Length == message.Length || !char.IsAsciiLetterOrDigit((char)text[message.Length])))
                return true;
        // "Error in f(x) : …", "Error 404: …", "Error [ERR_X]: …"
        var line = text.IndexOf("\\n"u8) is >= 0 and var end ? text[..end] : text;
        return !line.IsEmpty
            && (line[0] is >= (byte)'0' and <= (byte)'9' or (byte)'(' or (byte)'[' || line.StartsWith("in "u8))
            && (line.IndexOf(": "u8) > 0 || line.EndsWith(":"u8));
    }
}
