using System.Text.RegularExpressions;

namespace ChatSessions.Reviewing;

/// <summary>What the last message of an agent says of how it ended.</summary>
internal static partial class EndingPhrases
{
    /// <summary>The agent could not do it.</summary>
    [GeneratedRegex(
        """
            # English
            \b(I('m|\ am|\ was|'ve\ been|\ have\ been)?\ (still\ )?(unable|not\ able)\ to\ (complete|finish|fix|resolve|solve|reproduce|make|get|find|continue|proceed)
            | I\ (could\ not|couldn't|can't|cannot)\ (complete|finish|fix|resolve|solve|reproduce|continue|proceed|get\ (it|this|the))
            | I('m|\ am|'ll|\ will|\ have\ to)\ (giv(e|ing)\ up|have\ to\ stop)|without\ success)\b
            # German
            | \b(ich\ (konnte|kann)|(konnte|kann)\ ich)\ (\S+\ ){0,8}nicht\ (\w+\ )?(beheben|lösen|reproduzieren|nachstellen|abschließen|fertigstellen|finden|erledigen|zum\ Laufen\ bringen|weitermachen)\b
            | \b(es\ ist\ mir\ (leider\ )?nicht\ gelungen | es\ gelang\ mir\ (leider\ )?nicht | ich\ (bin|war)\ (leider\ )?nicht\ in\ der\ Lage)\b
            | \b(ich\ habe\ es|habe\ ich\ es|habe\ ich)\ (leider\ )?nicht\ geschafft\b
            | \bich\ (gebe\ (hier\ |leider\ |an\ dieser\ Stelle\ )?auf|muss\ (hier\ |leider\ |an\ dieser\ Stelle\ )?aufgeben)\b | \bohne\ Erfolg\b
            # French
            | \bje\ (n'ai\ pas\ pu|n'ai\ pas\ réussi\ à|ne\ peux\ pas|ne\ parviens\ pas\ à|ne\ suis\ pas\ parvenue?\ à)\ (\w+\ )?(terminer|finir|corriger|résoudre|reproduire|continuer|trouver)\b
            | \bj'abandonne\b | \bsans\ succès\b
            # Spanish
            | \bno\ (he\ podido|pude|puedo|logré|he\ logrado|conseguí|he\ conseguido)\ (completar|terminar|arreglar|corregir|resolver|solucionar|reproducir|continuar|encontrar)
            | \bme\ rindo\b | \bsin\ éxito\b
            # Portuguese
            | \bnão\ (consegui|pude|consigo|foi\ possível)\ (concluir|terminar|corrigir|resolver|reproduzir|continuar|encontrar)\b | \bdesisto\b | \bsem\ sucesso\b
            # Russian
            | \b(мне\ не\ удалось|не\ удалось|я\ не\ (смог|смогла|могу))\ (исправить|решить|завершить|закончить|воспроизвести|найти|устранить)\b | \bсдаюсь\b | \bбезуспешно\b
            # Chinese, Japanese, Korean
            | 我(仍然|还是|暂时|最终)?(无法|没能|未能|没法|不能)(完成|修复|解决|重现|复现|继续|找到) | 我放弃
            | (修正|解決|再現|完了|完成|特定|対応)(は|を)?(することが|することは)?でき(ませんでした|ていません) | 断念(し|いたし) | 諦め(ます|ました)
            | (수정|해결|재현|완료|마무리)(하지\ 못했|할\ 수\ 없었) | 포기(합니다|했습니다|하겠습니다)
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    public static partial Regex Defeat();

    /// <summary>What was so at first is over.</summary>
    [GeneratedRegex(
        @"\b(at first|initially|at the beginning|zuerst|anfangs|zunächst|d'abord|au début|al principio|inicialmente|no início|сначала|поначалу)\b|一开始|起初|最初|当初|처음에",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    public static partial Regex AtFirst();

    /// <summary>Words that say that it was done, unless "not" or the like is just before them.</summary>
    [GeneratedRegex(
        """
            (?<!\b(not|never|no|nothing|none|cannot|if|until|once|unless|be|get|\w+n't|nicht|nie|wenn|bis|pas|não|не)\s(\w+\s)?)
            \b(fixed|solved|resolved|works\ now|now\ works|working\ now|succeeded|all(\ \w+){0,3}\ (now\ )?pass(es|ed)?|now\ passes|passes\ now
            | behoben|gelöst|(jetzt|nun)\ funktioniert|funktioniert\ (jetzt|nun)|alle\ Tests\ (laufen|bestehen|sind\ grün) | corrigée?|résolue?|fonctionne\ maintenant
            | corregid[oa]|resuelt[oa]|arreglad[oa]|ahora\ funciona | corrigid[oa]|resolvid[oa]|agora\ funciona | исправ(лен[аоы]?|ил[аи]?)|теперь\ работает)\b
            | 已经?(修复|解决) | 修好了 | (修正|解決)しました | 直りました | (수정|해결)(했습니다|되었습니다|됐습니다)
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    public static partial Regex Success();

    /// <summary>An offer of more help.</summary>
    [GeneratedRegex(
        """
            \b(anything\ else|something\ else|any\ other|what\ else|further\ (help|assistance|questions?)|else\ (I|we)\ can|more\ help)\b
            | \b(sonst\ noch|noch\ etwas|weitere\ (Fragen|Hilfe)|autre\ chose|d'autres\ questions|algo\ más|otra\ cosa|mais\ alguma\ coisa|algo\ mais|что-нибудь\ ещё|чем\ ещё|ещё\ чем)\b
            | 还有(什么|其他|别的) | 其他(需要|问题) | (他|ほか)に(何か|ご) | 더\ (필요|도와) | 다른\ (도움|질문)
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    public static partial Regex Courtesy();
}
