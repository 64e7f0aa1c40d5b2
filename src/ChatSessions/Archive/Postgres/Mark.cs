using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChatSessions.Search;

namespace ChatSessions.Archive.Postgres;

/// <summary>
/// Words that the index has of a text next to the text's own: whose it is, what it is, and what it is part of. So most filters are one more
/// word to look up. A text of an archive cannot have such words: they begin with a private-use character.
/// </summary>
internal static class Mark
{
    /// <summary>Of a text with more words than the index takes: they decide themselves. As in the SQL.</summary>
    public const string Long = "\uE000l";

    /// <summary>Of a text that was saved before texts had <see cref="WordPairs"/>. As in the SQL.</summary>
    public const string WithoutPairs = "\uE000q";

    /// <summary>Of a text of a subagent. As in the SQL.</summary>
    public const string Subagent = "\uE000p";

    /// <summary>
    /// Windows of so many numbers, as powers of two. A search looks through the newest windows first and stops when it has enough, since the
    /// index of words gives its matches in no order. As in the SQL.
    /// </summary>
    public static readonly int[] Windows = [12, 14, 16, 18, 20, 22, 24, 26];

    /// <summary>
    /// What stands before each word in the index: so a search looks at no texts but those it may find, without asking for more marks. As in the SQL.
    /// </summary>
    public static string BeforeWord(long owner, bool isOfSubagent) =>
        string.Create(CultureInfo.InvariantCulture, $"{owner}{(isOfSubagent ? '.' : ':')}");

    /// <summary>In the index for every text of an owner. As in the SQL.</summary>
    public static string Owner(long owner) => FilterWord.ForOwner(owner);

    /// <summary>In the index for every text of a window of sessions. As in the SQL.</summary>
    public static string Window(int size, long index) => string.Create(CultureInfo.InvariantCulture, $"\uE000n{size}_{index}");

    public static string Tool(string name) => Hashed('t', name);

    /// <param name="folder">As it is stored.</param>
    public static string Folder(string folder) => Hashed('f', folder);

    /// <param name="agent">As it is stored.</param>
    public static string Agent(string agent) => Hashed('a', agent);

    /// <param name="branch">As it is stored.</param>
    public static string Branch(string branch) => Hashed('b', branch);

    /// <summary>The words for all texts of a session, each before a space, without those of the SQL.</summary>
    public static string OfSession(ListedTexts texts)
    {
        var marks = new List<string>();
        if (texts.Parent.Length > 0)
            marks.Add(Subagent);
        if (texts.Folder.Length > 0)
            marks.Add(Folder(StoredText.Key(texts.Folder)));
        if (texts.Agent.Length > 0)
            marks.Add(Agent(StoredText.Key(texts.Agent)));
        if (texts.Branch.Length > 0)
            marks.Add(Branch(StoredText.Key(texts.Branch)));
        return Joined(marks);
    }

    /// <summary>The words for a text, each before a space, without those of its session.</summary>
    public static string OfText(EventText text)
    {
        var marks = new List<string> { FilterWord.For(text.Kind) };
        if (text.Kind == SearchKind.Error && text.Tool is not null)
            marks.Add(FilterWord.For(SearchKind.Result));
        if (text.Tool is { Length: > 0 } tool)
            marks.Add(Tool(tool));
        if (text.Outcome is { } outcome)
            marks.Add(FilterWord.For(outcome));
        return Joined(marks);
    }

    private static string Joined(IEnumerable<string> marks) => string.Concat(marks.Select(mark => $"{mark} "));

    private static string Hashed(char letter, string text) =>
        $"\uE000{letter}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8))}";
}
