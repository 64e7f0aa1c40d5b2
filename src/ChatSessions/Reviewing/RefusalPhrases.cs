using System.Text.RegularExpressions;

namespace ChatSessions.Reviewing;

/// <summary>How users take back what an agent did, and what sounds like it.</summary>
internal static partial class CorrectionPhrases
{
    /// <summary>Asks to check or to undo something, in a question, too.</summary>
    [GeneratedRegex(
        """
            \bput\ (it|that|them|everything)\ back\b
            | \bgo\ back\ to\ the\ (previous|old|original|last)\ version\b
            | \b(undo|revert)\ (that|this|it|your|the|all)\b
            | \b(check|verify|look|try)\ (it\ |that\ |this\ )?(part\ )?again\b
            | \bdouble-check\b
            # German
            | \b(mach|mache|machen\ sie)\ (das|es|dies|die\ anderung(en)?|alles)\ (bitte\ |wieder\ ){0,2}ruckgangig\b
            | \bnimm\ (das|die\ anderung(en)?)\ (bitte\ |wieder\ ){0,2}zuruck\b
            | \b(pruf|prufe|uberpruf|uberprufe|prufen\ sie|schau|schauen\ sie|sieh)\ (das\ |es\ |dir\ |bitte\ |mal\ ){0,3}(nochmals?|noch\ mal|noch\ einmal|erneut)\b
            # French
            | \bannulez?\ (ca|cela|tes|vos|cette\ modification|ces\ modifications|ce\ changement|tout)\b
            | \breviens\ en\ arriere\b | \bremets\ (\w+\ ){1,3}comme\ (avant|c'etait)\b
            | \b(verifie|verifiez|regarde|regardez)\ (\w+\ ){0,2}(encore|a\ nouveau|de\ nouveau)\b | \breverifiez?\b
            # Spanish
            | \b(deshaz|revierte)\ (eso|esto|los\ cambios|el\ cambio|lo\ que|todo|tus) | \b(deshazlo|reviertelo)\b | \bvuelve\ a\ la\ version\ anterior\b | \bdejal[oa]\ como\ estaba\b
            | \b(revisa|comprueba|verifica|mira)(lo)?\ (\w+\ ){0,2}(otra\ vez|de\ nuevo|nuevamente)\b
            # Portuguese
            | \b(desfaca|desfaz|reverta|reverte)\ (isso|isto|as\ (mudancas|alteracoes)|a\ (mudanca|alteracao)|o\ que|tudo|suas)\b
            | \b(verifique|verifica|confira|confere|olhe|olha)\ (\w+\ ){0,2}(de\ novo|novamente|outra\ vez)\b | \bvolte\ para\ a\ versao\ anterior\b | \bdeixe\ como\ estava\b
            # Russian
            | \b(верни|верните)\ (все\ )?(как\ было|назад|обратно)\b | \b(отмени|отмените|откати|откатите)\ (это|свои|последн|изменени)
            | \b(проверь|проверьте|посмотри|посмотрите)\ (\w+\ ){0,2}(еще\ раз|снова)\b
            # Chinese
            | (撤销|回滚|恢复)(它|这|刚才|你的|原样) | 改回(去|来|原) | (再|重新)(检查|确认|看)(一下|一遍|一次)
            # Japanese
            | (元|前の状態)に戻して(?!い) | 取り消して(?![い線]) | もう一度(確認|チェック|見て|調べて) | やり直して
            # Korean
            | 되돌려 | 원래대로\ (돌려|해) | 다시\ (확인|체크|검토)해
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    public static partial Regex Demand();

    /// <summary>A beginning that asks for something else instead.</summary>
    [GeneratedRegex(
        """
            ^\W*(no|nope|wait|stop|actually|don't)\b[^.!?\n]{0,120}\b(instead|rather)\b
            | ^\W*(no|nope|wait|actually)\b[^.!?\n]{0,120},\ not\b
            | ^\W*actually,?\ I\ (did|have|had|already)\b(?!\ (not|n't|no|a\ question|another|one)\b)
            | ^\W*I\ (don't|do\ not)\ want\ [^.!?\n]{0,80},\ (just|only)\b
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    public static partial Regex Replacement();

    /// <summary>A beginning that takes back what the agent did.</summary>
    [GeneratedRegex(
        """
            ^\W*(no|nope)\W+(wait|stop|hold\ on)\b
            | ^\W*(no|nope|nein|non|nee|nao|нет|stop|wait|cancel|stopp|halt|falsch|arretez?|attend(s|ez)|espera|espere|detente|pare|стоп|стои|подожди|подождите|wrong|incorrect|undo|revert)(\s*,|\s*[.!:;](?![\w]|\s*\d)|\s*[–—]|\s*-\s|\s*$)
            | ^\W*(no|nope|nein|non|wrong|incorrect|undo|revert)\s+(that|this|it|not|don't|the|use|you|I)\b
            | ^\W*(stop|wait)\s+(that|this|it|not|don't|you|I)\b
            | ^\W*(don't|do\ not)\ (do|use|touch|change|edit|delete|add|run|write|create|remove)\b
            | ^\W*(bitte\ )?(fass|ander|andere|losch|losche|benutze?|verwende|bearbeite|verander|verandere|ruhr|mach)\b[^.!?\n]{0,60}\bnicht(\ an)?\W*$
            | ^\W*ne\ (touche|change|modifie|supprime|utilise|fais|cree|lance)(s|z)?\ (\w+\ )?(pas|rien)\b
            | ^\W*no\ (toques|cambies|modifiques|borres|uses|hagas|crees|ejecutes|elimines)\b
            | ^\W*nao\ (mexa|toque|altere|mude|apague|use|faca|crie|execute|remova)\b
            | ^\W*не\ (трогаи|меняи|изменяи|удаляи|используи|делаи|создаваи|запускаи)(те)?\b
            | ^\W*(不[,，。!！] | 不是[,，。!！] | 不要(动|改|删|碰|用|修改|删除) | 别(动|改|删|碰|用) | 停[下止]?[,，。!！] | 停下来 | 等(一下|等)[,，。!！])
            | ^\W*(いいえ|いや|ちがう|待って|ちょっと待って|やめて|止めて|ストップ)[、,。.!！]
            | ^[^。\n]{0,30}(触ら|変更し|変え|使わ|消さ|削除し)ないで
            | ^\W*(아니|아니요|아니오|아뇨|잠깐|멈춰|그만)([,.!]|$)
            | ^[^.\n]{0,30}(건드리|바꾸|수정하|삭제하|지우|쓰|사용하)지\ (마|말)
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    public static partial Regex Refusal();

    /// <summary>Beginnings with "no" that agree or say goodbye.</summary>
    [GeneratedRegex(
        """
            ^\W*no\W+(problem|worries|thanks?|thank\ you|rush|need|hurry|more|nothing|that's\ (all|it|fine|everything|okay|ok|great)|that\ is\ (all|fine)|that\ will\ be\ all|I('m|\ am)\ (good|fine|all\ set)|it's\ (fine|ok|okay|good)|all\ good|please|doubt|idea|I\ (don't|do\ not)\ (need|have)\ (any(thing)?|more|further)|I\ have\ no)\b
            | ^\W*nein\W+(danke|vielen\ dank|alles\ (gut|klar|bestens)|das\ (ist|war)\ alles|das\ passt|passt|das\ reicht|mehr\ nicht|nichts|ich\ (brauche|habe)\ (\w+\ ){0,2}(nichts|keine)|schon\ gut|bitte)\b
            | ^\W*non\W+(merci|c'est\ (tout|bon|parfait)|ca\ va|rien|je\ n'ai\ (pas|plus)|pas\ de\ probleme|s'il)\b
            | ^\W*no\W+(gracias|muchas\ gracias|eso\ es\ todo|es\ todo|esta\ bien|todo\ bien|con\ eso\ basta|no\ necesito|nada|hay\ problema|te\ preocupes|por\ favor)\b
            | ^\W*nao\W+(obrigad|muito\ obrigad|e\ so\ isso|so\ |nao\ preciso|tudo\ bem|esta\ tudo|nada|ha\ problema|tem\ problema|precisa|por\ favor)
            | ^\W*нет\W+(спасибо|все\ (хорошо|в\ порядке|нормально)|это\ все|больше\ (ничего|не)|ничего|проблем|пожалуиста)
            | ^\W*(不(用|客气|需要|麻烦|必)|(不|不是)\W+(谢谢|不用|没事|没关系|没有?(别的|了|其他)|可以了)) | ^\W*(いいえ|いや)\W*(大丈夫|結構|ありがとう|それだけ|特に|問題|お願い|以上) | ^\W*(아니요|아니오|아니|아뇨)\W*(괜찮|감사|고마|됐|없|그게\ 다)
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    public static partial Regex Courtesy();

    /// <summary>A condition. What stands behind it may never happen. "Si," with a comma is "yes".</summary>
    [GeneratedRegex(
        """
            \b(if|whether|unless|until|in\ case|falls|sofern|ob|wenn|bis|tant\ que|s'il|au\ cas\ ou|en\ caso|hasta\ que|caso|если|пока)\b
            | \bhow\ (do|can|could|would|should|to)\b | \bis\ there\ a\ way\ to\b | \b(make\ sure|ensures?|checks?|asserts?|verif(y|ies))\ that\b
            | \b(he|she|they|user|customer|client|boss|reviewer|manager|team)\ (said|says|thinks?|claims?|wrote)\b
            | \bwie\ (mache|macht|kann|konnte)\b | \bcomment\b | \bcomo\ (puedo|se|hago)\b | \bкак\b | 怎么 | 如何 | \bsi\b(?!,) | \bse\ (isso|isto|o|a|ele|ela|nao|voce)\b | 如果 | 要是 | 假如 | 万一 | もし | 만약
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    public static partial Regex Condition();

    /// <summary>A sentence that asks whether something is so, or has its condition at its end.</summary>
    [GeneratedRegex(
        """
            ^\W*((so|and|but|ok|okay|hm+)\W+)?(do|does|did|is|are|was|were|will|would|can|could|has|have|should|may|might)\b[^?]*\?
            | 吗[?？]?\W*$ | 是不是 | 有没有 | 是否 | 会不会 | 对不对 | 不对[吧吗] | (ます|です|ません|ない|る|た)か(ね|な)?[?？]?\W*$ | 場合 | かどうか | (たら|れば|なら)、 | ようなら
            | (나요|까요|습니까|ㄹ까)[?？]?\W*$ | [가-힣](면|는지)([\ ,.]|$) | \bли\b
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    public static partial Regex Question();

    /// <summary>Words that ask for the reason, and so know that it is so.</summary>
    [GeneratedRegex(
        @"\b(why|how come|warum|wieso|weshalb|pourquoi|por que|porque|почему|зачем)\b|为什么|怎么|なぜ|どうして|왜",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    public static partial Regex Reason();
}
