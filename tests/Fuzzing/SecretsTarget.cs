using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using ChatSessions.Recorded;
using ChatSessions.Redaction;

namespace Fuzzing;

/// <summary>The finder of secrets: what it finds is in the text, and only that is replaced.</summary>
internal sealed partial class SecretsTarget() : FuzzTarget("secrets")
{
    private static readonly SecretFinder WithPersonalData = new(new() { HidesPersonalData = true });
    private static readonly string?[] PropertyNames = [null, "password", "authorization", "content", "token", "x"];

    public override int InputsInTests => 200;

    /// <summary>UTF-16, since a text may have half a character.</summary>
    public override byte[] Make(Random random) => Encoding.Unicode.GetBytes(SecretTexts.Make(random));

    public override Task RunAsync(byte[] input, CancellationToken cancellationToken)
    {
        var text = new string([.. input.Chunk(2).Select(pair => (char)(pair[0] | pair[1] << 8))]);
        foreach (var finder in (SecretFinder[])[SecretFinder.Standard, WithPersonalData])
        foreach (var name in PropertyNames)
        {
            var found = finder.Find(text, name);
            foreach (var (start, length, rule) in found)
                if (start < 0 || length <= 0 || start + length > text.Length || rule.Length == 0)
                    throw new UnreachableException($"A secret at {start}, {length} characters long, in a text of {text.Length}.");
            if (name is null && found.Count > 0 && !finder.MayBeIn(text))
                throw new UnreachableException("A secret is found in a text that is said to have none.");
            CheckReplaced(text, new OutgoingDoor(finder).Replace(text, name));
        }
        return Task.CompletedTask;
    }

    /// <summary>What is between the placeholders is in the text, in the same order.</summary>
    private static void CheckReplaced(string text, string replaced)
    {
        var at = 0;
        foreach (var kept in Placeholder().Split(replaced))
        {
            var found = text.IndexOf(kept, at, StringComparison.Ordinal);
            if (found < 0)
                throw new UnreachableException($"More than secrets was changed: '{kept}' in '{replaced}'");
            at = found + kept.Length;
        }
    }

    [GeneratedRegex(@"\[redacted:[^\]]*\]")]
    private static partial Regex Placeholder();
}
