using System.Text;

namespace Fuzzing;

/// <summary>JSON with names that mean something and values that may not.</summary>
internal static class OddJson
{
    /// <summary>An object with some of these names, some of them twice.</summary>
    public static string Object(Random random, string[] names, string[] texts, int depth)
    {
        var json = new StringBuilder("{");
        for (var count = random.Next(8); count > 0; count--)
            json.Append(json.Length > 1 ? "," : "")
                .Append('"')
                .Append(names[random.Next(names.Length)])
                .Append("\":")
                .Append(Value(random, names, texts, depth - 1));
        return json.Append('}').ToString();
    }

    public static string Value(Random random, string[] names, string[] texts, int depth) =>
        random.Next(depth > 0 ? 10 : 6) switch
        {
            < 3 => $"\"{texts[random.Next(texts.Length)]}\"",
            < 6 => Mutations.OddValues[random.Next(Mutations.OddValues.Length)],
            < 9 => Object(random, names, texts, depth),
            _ => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, names, texts, depth - 1)))}]",
        };
}
