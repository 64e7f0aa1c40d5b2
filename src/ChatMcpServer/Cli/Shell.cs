using System.Text;

namespace ChatMcpServer.Cli;

/// <summary>Commands that the program proposes to type.</summary>
internal static class Shell
{
    private const string Harmless = "@%+=:,./_-~";

    /// <summary>A command of this program. Ids and paths were chosen by others, so each word is quoted where a shell would act on it.</summary>
    public static string Command(params IEnumerable<string> words) => string.Join(' ', words.Select(Quote).Prepend("chat-mcp-server"));

    /// <summary>A word as a POSIX shell reads it back.</summary>
    public static string Quote(string word)
    {
        if (word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || Harmless.Contains(letter)) && word[0] != '~')
            return word;
        // Between single quotes nothing has a meaning, but a line break would end the line that is shown.
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
