using System.Text;

namespace ChatSessions.Model;

/// <summary>The text of a command: which of it are words, what stands between programs, where output goes, and documents for them to read.</summary>
internal sealed class ShellText(string text, ShellParts parts, Subshell subshell)
{
    private readonly List<string> words = [];
    private readonly StringBuilder word = new();
    private readonly Queue<(string Delimiter, int Part)> heredocs = new();
    private int at;

    /// <summary>The line that the shell began to read, and where what comes before it was counted.</summary>
    private (int Number, int Start) line = (1, 0);

    private bool inWord;

    /// <summary>Whether an operator such as <c>&amp;&amp;</c> or a pipe has no program behind it so far.</summary>
    private bool isOpen;

    /// <summary>Whether the next word is the file of a redirection.</summary>
    private bool isTarget;

    /// <summary>Whether what is written there is the program's output.</summary>
    private bool isOutput;

    private bool isInput;
    private bool isOtherOutput;
    private bool appends;

    /// <summary>The shell of the text, the one that reads what comes, and the one that read the first of the words.</summary>
    private readonly Subshell own = subshell;

    private Subshell inner = subshell;
    private Subshell starter = subshell;
    private string? target;
    private string? source;

    public void Read()
    {
        while (at < text.Length)
        {
            var c = text[at];
            switch (c)
            {
                case ' ' or '\t' or '\r':
                    EndWord();
                    at++;
                    break;
                case '(' or ')':
                    EndWord();
                    // A bracket after a pattern of "case" closes none.
                    inner =
                        c == '(' ? new(inner)
                        : inner == own ? inner
                        : inner.Parent!;
                    at++;
                    break;
                case '\\':
                    if (at + 1 < text.Length && text[at + 1] != '\n')
                        Append(text[at + 1]);
                    at += 2;
                    break;
                case '\'':
                    var end = text.IndexOf('\'', at + 1);
                    end = end < 0 ? text.Length : end;
                    word.Append(text, at + 1, end - at - 1);
                    inWord = true;
                    at = end + 1;
                    break;
                case '"':
                    at = ReadQuoted(at + 1);
                    break;
                case '`':
                    at = SkipTo('`', at + 1);
                    Append('`');
                    break;
                case '$' when at + 1 < text.Length && text[at + 1] == '(':
                    at = SkipSubstitution(at + 2);
                    Append('$');
                    break;
                case '#' when !inWord:
                    at = text.IndexOf('\n', at) is >= 0 and var line ? line : text.Length;
                    break;
                case '<' when string.CompareOrdinal(text, at, "<<<", 0, 3) == 0:
                    Redirect(3);
                    break;
                case '<' when string.CompareOrdinal(text, at, "<<", 0, 2) == 0:
                    Redirect(2);
                    at += at < text.Length && text[at] == '-' ? 1 : 0;
                    heredocs.Enqueue((Delimiter(), parts.All.Count));
                    break;
                case '<' or '>':
                    Redirect(1);
                    isInput = c == '<';
                    isOutput = c == '>' && !isOtherOutput && !(at < text.Length && text[at] == '&');
                    appends = at < text.Length && text[at] == '>';
                    while (at < text.Length && text[at] is '>' or '&' or '|')
                        at++;
                    break;
                case '&' when at + 1 < text.Length && text[at + 1] == '>':
                    EndWord();
                    at++;
                    break;
                case '&' or '|' or ';' or '\n':
                    var isTwice = at + 1 < text.Length && text[at + 1] == c && c != '\n';
                    // After an operator, the shell reads the next line with this one.
                    var goesOn = isOpen && words.Count == 0 && !inWord;
                    EndPart(
                        isTwice && c != ';' ? new string(c, 2)
                        : c == '|' ? "|"
                        : ";"
                    );
                    at += isTwice ? 2 : 1;
                    if (c == '|' && !isTwice && at < text.Length && text[at] == '&')
                        at++;
                    while (c == '\n' && heredocs.TryDequeue(out var heredoc))
                        ReadHeredoc(heredoc.Delimiter, heredoc.Part);
                    if (c != '\n')
                        isOpen = c == '|' || (c == '&' && isTwice);
                    else if (!goesOn)
                        BeginLine();
                    if (parts.Edits)
                        return;
                    break;
                default:
                    Append(c);
                    at++;
                    break;
            }
        }
        EndPart("");
        parts.EndText();
    }

    private void BeginLine()
    {
        line = (line.Number + text.AsSpan(line.Start, at - line.Start).Count('\n'), at);
        isOpen = false;
    }

    private void Append(char character)
    {
        word.Append(character);
        inWord = true;
    }

    private void EndWord()
    {
        if (inWord && !isTarget)
        {
            if (words.Count == 0)
                starter = inner;
            words.Add(word.ToString());
        }
        else if (inWord && isOutput)
            target = word.ToString();
        else if (inWord && isInput)
            source = word.ToString();
        isOutput &= !inWord;
        isInput &= !inWord;
        isTarget &= !inWord;
        inWord = false;
        word.Clear();
    }

    private void EndPart(string separator)
    {
        EndWord();
        isTarget = false;
        if (words.Count > 0)
            parts.Add(words, separator, starter, line.Number);
        else if (separator is "|" or "||")
            parts.Separate(separator);
        if (words.Count > 0 && target is not null)
            parts.Redirect(target, appends);
        if (words.Count > 0 && source is not null)
            parts.RedirectInput(source);
        (target, source) = (null, null);
        words.Clear();
    }

    private void Redirect(int length)
    {
        // The number of a file descriptor, as in 2>.
        isOtherOutput = inWord && word.Length == 1 && char.IsAsciiDigit(word[0]);
        if (isOtherOutput)
            (inWord, _) = (false, word.Clear());
        EndWord();
        isTarget = true;
        at += length;
    }

    private string Delimiter()
    {
        while (at < text.Length && text[at] is ' ' or '\t')
            at++;
        var start = at;
        while (at < text.Length && text[at] is not (' ' or '\t' or '\r' or '\n' or ';' or '&' or '|' or '>' or '<' or ')'))
            at++;
        isTarget = false;
        return text[start..at].Trim('\'', '"', '\\');
    }

    private void ReadHeredoc(string delimiter, int part)
    {
        var start = at;
        var bodyEnd = text.Length;
        while (at < text.Length)
        {
            var lineEnd = text.IndexOf('\n', at) is >= 0 and var found ? found : text.Length;
            var isEnd = text.AsSpan(at, lineEnd - at).Trim().SequenceEqual(delimiter);
            if (isEnd)
                bodyEnd = at;
            at = Math.Min(lineEnd + 1, text.Length);
            if (isEnd)
                break;
        }
        parts.AddDocument(part, text, start, bodyEnd);
    }

    private int ReadQuoted(int from)
    {
        inWord = true;
        while (from < text.Length && text[from] != '"')
        {
            if (text[from] == '\\' && from + 1 < text.Length)
                from++;
            word.Append(text[from++]);
        }
        return from + 1;
    }

    private int SkipTo(char closing, int from) => text.IndexOf(closing, from) is >= 0 and var found ? found + 1 : text.Length;

    private int SkipSubstitution(int from)
    {
        for (var depth = 1; from < text.Length && depth > 0; from++)
        {
            if (text[from] is '\'')
                from = SkipTo('\'', from + 1) - 1;
            else
                depth += text[from] switch
                {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
        }
        return from;
    }
}
