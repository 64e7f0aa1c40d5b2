using System.Text;

namespace ChatMcpServer.Cli;

/// <summary>Commands that the program suggests to the user.</summary>
internal static class Shell
{
    private const string Harmless = "@%+=:,./_-~";

    /// <summary>A command of this program. Ids and paths were chosen by others, so a word is quoted if a shell would interpret it.</summary>
    public static string Command(params IEnumerable<string> words) => string.Join(' ', words.Select(Quote).Prepend("chat-mcp-server"));

    /// <summary>A word, quoted for a POSIX shell.</summary>
    public static string Quote(string word)
    {
        if (word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || Harmless.Contains(letter)) && word[0] != '~')
            return word;
        // Single quotes make everything literal, but a line break would break the line we print.
        if (!word.Any(char.IsControl))
            return $"'{word.Replace("'", @"'\''")}'";
        var quoted = new StringBuilder("$'");
        foreach (var letter in word)
            quoted.Append(
                letter switch
                {
                    '\n' => @"\n",
                    '\t' => @"\t",
                    '\'' or '\\' => $@"\{letter}",
                    _ when char.IsControl(letter) => $@"\u{(int)letter:x4}",
                    _ => letter.ToString(),
                }
            );
        return quoted.Append('\'').ToString();
    }
}
