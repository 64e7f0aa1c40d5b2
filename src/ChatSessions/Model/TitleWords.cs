using System.Collections.Frozen;
using System.Globalization;

namespace ChatSessions.Model;

/// <summary>
/// Words that say nothing of what a session is about: greetings, thanks, asking for help, and the labels of templates. A sentence says
/// something if it has another word.
/// </summary>
internal static class TitleWords
{
    /// <summary>A greeting has at most this many words. The last ones are a name.</summary>
    private const int MostInGreeting = 3;

    /// <summary>Chinese and Japanese have no spaces between words. So many characters say something there.</summary>
    private const int FewestCharacters = 3;

    private const char FirstOfEastAsia = '\u2E80';

    private const string Greeting =
        "hi hello hey dear greetings hallo moin servus hoi liebe lieber hei hej bonjour bonsoir salut coucou hola olá ola oi ciao salve "
        + "buongiorno привет здравствуйте здравствуй cześć merhaba 你好 您好 大家好 嗨 こんにちは こんばんは 안녕하세요 안녕 مرحبا नमस्ते";

    private const string Polite =
        "good morning afternoon evening day there all everyone everybody team folks guys sir madam claude codex please kindly help helping "
        + "assist assistance support hand me us i m we you your my our a an the some any this that these those it its s ve re d ll "
        + "following below above here is are am be was can could would will may might do does did to with for of on in at and or so far "
        + "thanks thank much very lot many advance hope well fine doing how what why when where which who have has had got get getting "
        + "need want like looking question questions quick small simple stuck know tell let ask something anything yet "
        + "guten tag morgen abend zusammen bitte danke vielen dank hilfe helfen hilf mir uns ich du sie wir habe hätte hab brauche eine ein "
        + "einen frage fragen kannst können könntest könnten dabei damit kurze hier ist das der die es und "
        + "à tous toutes merci il vous te plaît plait svp j ai je peux pouvez pourriez aider aide moi besoin de une un le la avec "
        + "buenos buenas días dias tardes noches por favor gracias ayuda ayúdame ayudarme necesito tengo una pregunta puedes puede "
        + "podrías con bom dia boa tarde noite tudo bem obrigado obrigada ajuda ajudar preciso tenho uma dúvida pergunta pode com "
        + "добрый день доброе утро вечер пожалуйста спасибо помоги помогите помочь мне можешь можете у меня есть вопрос "
        + "请 请问 请帮我 请帮帮我 谢谢 お願いします よろしくお願いします お世話になっております お疲れ様です 도와주세요 부탁합니다";

    /// <summary>The labels and headings of templates.</summary>
    private const string Label =
        "task tasks goal goals objective request query prompt title subject summary description describe overview user input body report "
        + "feature steps step reproduce repro expected actual current behavior behaviour result results version info information details "
        + "additional related tl dr instruction instructions requirements aufgabe titel betreff titre sujet tâche título asunto tarea "
        + "assunto tarefa тема задача 标题 任务 件名";

    /// <summary>Labels and headings of what is not wanted, but good to know.</summary>
    private const string Background =
        "context background environment role persona constraints rules guidelines notes note setup style format reminder kontext "
        + "hintergrund contexte contexto контекст 背景";

    /// <summary>What people say of every trouble, and so nothing of this one.</summary>
    private const string Vague =
        "problem problems issue issues bug error errors fix solve resolve explain happen happens happening happened wrong mean means try "
        + "trying fehler problème erreur problema erro ошибка проблема";

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Greetings = Lookup(Greeting);

    /// <summary>They follow a greeting and are no name: "Hello world" is what a program prints.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NoNames = Lookup("world welt monde mundo");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Backgrounds = Lookup(Background);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Openings = Lookup(
        $"{Greeting} {Polite} {Label} {Background}"
    );

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> All = Lookup(
        $"{Greeting} {Polite} {Label} {Background} {Vague}"
    );

    /// <summary>Whether a text says what it is about: it has two words or more, and not only such as those here.</summary>
    public static bool SaySomething(ReadOnlySpan<char> text) => HasTwoWords(text.Trim()) && !AreEmpty(text);

    /// <summary>Whether a text has only words that say nothing.</summary>
    public static bool AreEmpty(ReadOnlySpan<char> text) => AreAllIn(text, All);

    /// <summary>Whether a text only opens what follows it, such as <c>Quick question</c> or <c>Title</c>.</summary>
    public static bool AreOpening(ReadOnlySpan<char> text) => AreAllIn(text, Openings);

    /// <summary>Whether a label, a heading or the name of a tag says that what follows is not what is wanted.</summary>
    public static bool AreBackground(ReadOnlySpan<char> text)
    {
        var isBackground = false;
        while (NextWord(ref text) is { IsEmpty: false } word)
            if (Backgrounds.Contains(word))
                isBackground = true;
            else if (!Openings.Contains(word) && !word.Equals("system", StringComparison.OrdinalIgnoreCase))
                return false;
        return isBackground;
    }

    /// <summary>Whether a text is a greeting, maybe with a name.</summary>
    public static bool AreGreeting(ReadOnlySpan<char> text)
    {
        if (!Greetings.Contains(NextWord(ref text)))
            return false;
        for (var count = 1; NextWord(ref text) is { IsEmpty: false } word; count++)
            if (count == MostInGreeting || NoNames.Contains(word))
                return false;
        return true;
    }

    /// <summary>A path and an address are single words.</summary>
    private static bool HasTwoWords(ReadOnlySpan<char> text) =>
        text.ContainsAny(' ', '\t') || (NextWord(ref text) is { Length: >= FewestCharacters } word && word[0] >= FirstOfEastAsia);

    private static bool AreAllIn(ReadOnlySpan<char> text, FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> words)
    {
        while (NextWord(ref text) is { IsEmpty: false } word)
            if (!words.Contains(word))
                return false;
        return true;
    }

    /// <summary>Takes the next letters and digits off a text; empty if there are no more.</summary>
    private static ReadOnlySpan<char> NextWord(ref ReadOnlySpan<char> text)
    {
        var start = 0;
        while (start < text.Length && !IsOfWord(text[start]))
            start++;
        var end = start;
        while (end < text.Length && IsOfWord(text[end]))
            end++;
        var word = text[start..end];
        text = text[end..];
        return word;
    }

    private static bool IsOfWord(char one) =>
        char.IsLetterOrDigit(one) || char.GetUnicodeCategory(one) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup(string words) =>
        words.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
}
