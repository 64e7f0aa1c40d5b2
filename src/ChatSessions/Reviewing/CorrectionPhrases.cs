using System.Text.RegularExpressions;

namespace ChatSessions.Reviewing;

/// <summary>
/// How users correct an agent, in words without case and accents: "é" is "e" here, and "й" is "и". A sentence is searched, never a whole message,
/// and all repetitions are short.
/// </summary>
internal static partial class CorrectionPhrases
{
    /// <summary>English: a complaint, wherever it stands.</summary>
    [GeneratedRegex(
        """
            \b(that|this|it)('s|\ is|\ was)\ (not\ (what\ I|right|correct|it\b)|wrong|incorrect)
            | \b(that|this|it)\ (isn't|wasn't)\ (what\ I|right|correct|true)\b
            | \b(that|this|it)\ (can't|cannot)\ be\ (right|correct|true)\b
            | \bnot\ what\ I\ (asked|meant|wanted|said)
            | \bI\ (meant|said|asked\ (you\ )?(for|to)|told\ you)\b
            | \byou\ (forgot|missed|misunderstood|misread|ignored|broke|were\ supposed)\b
            | \bI\ (didn't|did\ not)\ ask\ (you\ )?(to|for)\b
            | \bI\ never\ (asked|said|wanted)\b
            | \byou\ (\w+\ )?(removed|deleted|changed|edited|used|picked|took|opened|fixed|renamed|booked|cancell?ed|moved)\ the\ wrong\b
            | ^\W*((still\ |again\ )?(the\ )?same\ (error|problem|issue|failure)(\ here)?\W*$|still\ the\ same\ (error|problem|issue|failure)\b)
            | \bsame\ (error|problem|issue|failure)\ (again|as\ before)\b
            | \byou\ (were|are|'re)\ (\w+\ )?(using|editing|looking\ (at|in)|working\ (on|in)|reading|running)\ the\ wrong\b
            | \byou\ (didn't|did\ not)\ (answer|follow|run|read|listen|include|update|test|fix|do)\b
            | \byou\ (should\ have|shouldn't\ have|should\ not\ have)\ (?!received|got(ten)?|seen|heard)(\w+ed|done|written|made|run|put|kept|left|taken|given|said|told|sent|read|known|found|chosen|built|begun|gone|been)\b
            | (?<!\bI\ (\w+\ ){0,2}(picked|chose|chosen|gave|given|made|put|got|took|taken|bought|wrote|sent|entered|selected|booked|typed|pasted|used|ordered|named|provided)\ (\w+\ ){0,2})\bwrong\ (file|one|order|folder|branch|function|number|date)\b
            | \bstill\ (fails?|failing|broken|not\ working|doesn't|does\ not|wrong|crash(es)?)\b
            | \b(that|it)\ (didn't|did\ not|doesn't|does\ not)\ work\b
            | (\b(must\ be|is|was)|(?<!\bI('ve|\ have)?\ )\bmade)\ a\ mistake\b
            | \bI('ve|\ have)?\ already\ (told|gave|given|said|provided|answered)\b
            | \b(is|was)\ already\ (provided|given)\b
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    public static partial Regex Complaint();

    /// <summary>In other languages: a complaint, wherever it stands.</summary>
    [GeneratedRegex(
        """
            # German
            \b(das|dies|es)\ (ist|war)\ (leider\ |aber\ |so\ |immer\ noch\ |komplett\ ){0,2}(falsch|verkehrt|nicht\ (richtig|korrekt|das,?\ was|was\ ich))\b
            | \b(das|es|da)\ stimmt\ (so\ |leider\ |immer\ noch\ ){0,2}nicht\b(?!\ mit)
            | \bstimmt\ so\ nicht\b
            | \bnicht\ (das,?\ )?was\ ich\ (wollte|meinte|gesagt|gemeint)\b
            | \bich\ (meinte|sagte|hatte\ gesagt|habe?\ (doch\ |dir\ |ja\ |bereits\ |schon\ )*(gesagt|gemeint))\b
            | \b(du\ hast|hast\ du|sie\ haben)\ (\w+\ ){0,4}(vergessen|ubersehen|missverstanden|falsch\ verstanden|ignoriert|kaputt\ gemacht|verwechselt)\b
            | \bso\ (war|ist)\ das\ nicht\ (gemeint|gedacht|abgesprochen|gewollt)\b
            | \bdas\ war\ (so\ )?nicht\ (gemeint|abgesprochen|gewollt)\b
            | \bdas\ (hatte|habe)\ ich\ (dir\ |doch\ |schon\ |bereits\ |ja\ )*gesagt\b
            | \bdu\ hast\ (\w+\ ){0,4}nicht\ (ausgefuhrt|gelesen|befolgt|beantwortet|gemacht|getestet|behoben|laufen\ lassen)\b
            | \bdu\ hast\ (\w+\ ){0,2}(den|die|das)\ falschen?\b
            | \b(immer\ noch|wieder)\ (der|das|den|die)\ ?(gleiche|selbe)[nrs]?\ (fehler|problem)\b
            | \bdu\ solltest\ (doch|nicht|nur)\b
            | (?<!\bich\ (\w+\ ){0,4})\b(der|die|das|den|dem|einer?|einen)\ falschen?\ (datei|ordner|zweig|branch|funktion|nummer|datum|reihenfolge|zeile)\b
            | \b(schlagt|schlagen|geht|funktioniert|klappt|lauft)\ (\w+\ ){0,2}(immer\ noch|noch\ immer|weiterhin)\ (nicht|fehl)\b
            | \b(immer\ noch|noch\ immer|weiterhin)\ (falsch|kaputt|fehlerhaft)\b
            | \b(das|es)\ (funktioniert|klappt|geht)\ (so\ |leider\ |aber\ ){0,2}nicht\b
            | \bdu\ hast\ (\w+\ ){0,2}einen?\ fehler\ gemacht\b
            # French
            | \b(ce\ n'|c')(est|etait)\ (pas\ (ca|cela|correct|juste|bon|ce\ que)|faux|incorrect|pas\ la\ bonne|pas\ le\ bon|la\ mauvaise|le\ mauvais)\b
            | \bpas\ ce\ que\ j(e|'ai)\ (\w+\ )?(demande|dit|voulu|voulais)\b
            | \bje\ (voulais\ dire|parlais\ d)
            | \bj'(ai|avais)\ (bien\ |pourtant\ )?(dit|demande)\ (de|que|d')
            | \b(tu|vous)\ (l'|les\ |n'|m')?(as|avez|aviez)\ (\w+\ )?(oublie|manque|rate|ignore|casse|mal\ compris|mal\ lu)\b
            | \bt'as\ (\w+\ )?(oublie|rate|casse)\b
            | \b(tu\ n'as|vous\ n'avez)\ pas\ (lance|execute|suivi|lu|repondu|fait|teste|corrige)\b
            | \bce\ n'etait\ pas\ la\ question\b
            | \b(toujours|encore)\ (la\ meme\ erreur|le\ meme\ probleme)\b
            | \b(tu\ t'es|vous\ vous\ etes)\ trompee?s?\b
            | \b(tu\ (aurais|n'aurais\ pas)\ du|vous\ (auriez|n'auriez\ pas)\ du)\b
            | (?<!\bj('ai|e)\ (\w+\ ){0,3})\b(le|la|un|une|au)\ mauvaise?\ (fichier|dossier|branche|fonction|numero|date|ordre)\b
            | \b(echoue|plante)\ (toujours|encore)\b
            | \b(ne\ |n')?(marche|fonctionne)\ (toujours|encore)\ pas\b
            | \b(ca|cela)\ (ne\ )?(marche|fonctionne)\ (toujours\ )?pas\b
            # Spanish
            | \b(eso|esto|asi)\ no\ es\ (lo\ que|correcto|cierto|asi)\b
            | \bno\ es\ (eso|lo\ que\ (te\ )?(pedi|dije|queria|quise|quiero))\b
            | \b(eso|esto|asi)\ (esta|es|estaba)\ (mal|incorrecto|equivocado|erroneo)\b
            | \b(me\ referia\ a|quise\ decir|queria\ decir)\b
            | \bte\ (dije|pedi)\ (que|el|la|los|las|un|una)\b
            | \b((has|te\ has)\ olvidado|(te\ )?olvidaste|se\ te\ olvido|te\ equivocaste|te\ has\ equivocado|entendiste\ mal|has\ entendido\ mal)\b
            | \b(no\ )?(deberias\ haber|debiste)\b
            | (?<!\b(he|elegi|puse|escribi|envie|use|di)\ (\w+\ ){0,2})\b(el|la|un|una)\ (archivo|carpeta|rama|funcion|numero|fecha|orden)\ (equivocad|incorrect)[oa]\b
            | \bno\ has\ (ejecutado|seguido|leido|respondido|hecho|corregido|probado)\b
            | \b(sigue|otra\ vez|de\ nuevo|todavia)\ (\w+\ ){0,2}(el\ mismo\ error|el\ mismo\ problema)\b
            | \bsigue\ (fallando|sin\ funcionar|roto|mal|igual)\b
            | \b(todavia|aun)\ (no\ funciona|falla)\b
            | \b(eso|esto)\ no\ (funciona|funciono)\b
            # Portuguese
            | \b(isso|isto|assim)\ nao\ (e|era|esta)\ (o\ que|correto|certo|assim)\b
            | \bnao\ (e|era|foi)\ (isso|o\ que\ eu\ (pedi|disse|queria|quis))\b
            | \b(isso|isto)\ (esta|estava)\ (errado|incorreto)\b
            | \b(quis\ dizer|eu\ me\ referia)\b
            | \beu\ (te\ )?(disse|pedi)\ (que|para)\b
            | \b(voce\ (se\ )?(esqueceu|enganou|errou|ignorou)|esqueceste|voce\ entendeu\ (mal|errado))\b
            | \bvoce\ (nao\ )?(deveria|devia)\ ter\b
            | \bvoce\ nao\ (rodou|executou|seguiu|leu|respondeu|fez|corrigiu|testou)\b
            | \b(continua|ainda)\ (\w+\ ){0,2}(o\ mesmo\ erro|o\ mesmo\ problema)\b
            | (?<!\b(escolhi|coloquei|enviei|usei|digitei)\ (\w+\ ){0,2})\b(o|a|um|uma|no|na)\ (arquivo|ficheiro|pasta|branch|funcao|numero|data|ordem)\ errad[oa]\b
            | \bainda\ (nao\ (funciona|esta\ funcionando)|falha|esta\ (errado|quebrado))\b
            | \bcontinua\ (falhando|a\ falhar|quebrado|errado|sem\ funcionar)\b
            | \b(isso|isto)\ nao\ (funciona|funcionou)\b
            # Russian
            | \bэто\ (совсем\ |же\ )?((не\ то|неправильно|неверно|не\ так|не\ работает)\b|ошибка\W*$)
            | \bне\ то,?\ (что\ я|о\ чем)\b
            | \bя\ (же\ |ведь\ )?(имел|имела|имею)\ в\ виду\b
            | \bя\ (же\ |ведь\ |тебе\ |вам\ )*(сказал|просил|говорил)а?\b
            | \b(ты|вы)\ (\w+\ ){0,2}(забыл|пропустил|проигнорировал|сломал|перепутал|ошиб(ся|лась|лись)|не\ так\ понял|неправильно\ понял)[аи]?\b
            | \b(ты|вы)\ не\ (запустил|выполнил|прочитал|ответил|сделал|исправил|проверил)[аи]?\b
            | \b(все|опять|снова)\ (та\ же\ ошибка|то\ же\ самое|не\ работает|падает)\b
            | \b(все\ (еще|равно)|по-прежнему)\ (не\ (работает|проходит|собирается|запускается)|падает|ломается)\b
            | (?<!\bя\ (\w+\ ){0,3})\bне\ (тот|та|ту|те)\ (фаил|папк|ветк|функци|дат)
            # Chinese
            | (?<!对)不对(?![称齐应]) | (?<!我[^，。]{0,3})(?<![出报])错了 | 不是这(样|个意思) | 不是我(想)?要的 | 我不是这个意思 | 我的意思是 | 我说的不?是 | 我(不是|没有?)(让|叫)你 | (结果|答案|输出|这个?)[^，。]{0,6}不正确 | 我要的是
            | 你(又|还)?(忘了|忘记|漏了|漏掉|误解|搞混|(弄|搞|理解|改|写|看|选|做)错)
            | 你没有?(运行|执行|回答|看|读|改|修|测试|按)
            | (还是|仍然|依然)(同样|一样|不行|报错|失败|有问题|错的|不能用) | 不应该(改|删|动)
            # Japanese
            | 違います | 違う(よ|って|でしょ|、|\W*$) | (そう|それ)(では|じゃ)な(い|く) | 間違って(い)?(る|ます)(?!可能性|かも) | 間違い(です|だ) | 間違えて(い)?(る|ます)
            | (と|って)言った(のに|はず|でしょ) | (と|って)言いました(よね|が) | 頼んで(い)?(ません|ない) | 忘れて(い)?(る|ます)(よ|ね|\W*$)
            | 同じ(エラー|問題)(が出|です|のまま) | ^\W*(その|この)[^。、は]{1,8}(ではありません|じゃない(です)?)\W*$
            | (まだ|やはり|相変わらず)(失敗し|動きません|動かな|エラーが|壊れて|直って(い)?(ません|ない)|間違) | そういう意味では(ない|ありません) | 誤解して(い)?(る|ます)
            # Korean
            | 그게\ 아니(라|고|야|에요|\W*$) | 그런\ 뜻이\ 아니 | 틀렸(어|습니다|네|다) | 잘못(했|하셨|이해) | (그건|그게|이건|이게)\ 잘못 | (내|제)\ 말은 | (제|내)가\ 말한\ (건|것은)
            | (?<![가-힣])(그|이|그런|이런)\ [가-힣]+(이|가)\ 아니(에요|야|고|라)
            | (여전히|또|아직도)\ 같은\ (오류|에러) | ^\W*같은\ (오류|에러)
            | (라|다)고\ 했(잖아|는데) | (빠뜨렸|빼먹었|놓쳤)(어|습니다|네|다) | (여전히|아직도)\ (실패|안\ (돼|되|됩)|오류|에러|작동하지|동작하지|틀|잘못)
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    public static partial Regex ComplaintElsewhere();
}
