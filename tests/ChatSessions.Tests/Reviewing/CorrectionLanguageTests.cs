using Xunit;
using static ChatSessions.Tests.Reviewing.ReviewedRun;

namespace ChatSessions.Tests.Reviewing;

/// <summary>
/// Corrections as users write them in several languages, each with messages that only look like one: thanks, questions, new requests, quoted
/// words and pasted output.
/// </summary>
public sealed class CorrectionLanguageTests
{
    private static readonly string[] English =
    [
        "That’s not what I asked for.",
        "Thanks for the table. You forgot the second column, though.",
        "Looks good so far. But that's wrong in the last row.",
        "The test still fails when the input is empty.",
        "Why does it still fail?",
        "I get a TypeError: x, so it still fails.",
        "You didn't run the tests.",
        "Can you revert that?",
        "No, I meant the other one.",
        "```\nall 3 tests passed\n```\nThis isn't what I wanted.",
        "> I changed the schema.\n\nYou were supposed to leave it alone.",
        "Same error again.",
        "Put it back the way it was.",
        "You removed the wrong test.",
        "I didn't ask you to touch the schema.",
    ];

    private static readonly string[] NoEnglish =
    [
        "Does it still fail when the list is empty?",
        "Is that wrong, or is it meant to be so?",
        "Check whether it still fails.",
        "If it still fails, revert that and tell me.",
        "What does the message \"that's wrong\" mean?",
        "Translate “you forgot the keys” into German.",
        "> That's wrong, you forgot the tests.\n\nWhat did the reviewer mean?",
        "```\nassert: this is wrong\n```\nAdd a test with this text.",
        "2026-05-01 12:00:01 it still fails\n\nFind the cause of this line.",
        "$ make test\nthat did not work, you forgot a rule\n\nAdd the rule, please.",
        "AssertionError: this is wrong\nWhere does this message come from?",
        "Stop-words should not be in the index.",
        "No-op commits are dropped now, document it.",
        "No. 5 in the list needs a title.",
        "Wait-free queues are next.",
        "Thanks, that is right.",
        "Now do the same for the other folder.",
        "How do I undo the last commit?",
        "Make sure that it still fails when the token is missing.",
        "The user said that's wrong and I want a report about it.",
        "Stop the server and start it again.",
        "No, I don't need anything else.",
        "The button should say \"undo that\".",
    ];

    private static readonly string[] German =
    [
        "Nein, ich meinte die andere Datei.",
        "Das ist falsch.",
        "Das ist nicht das, was ich wollte.",
        "Danke. Du hast aber die Tests vergessen.",
        "Das stimmt so nicht.",
        "Der Build schlägt immer noch fehl.",
        "Das funktioniert leider nicht.",
        "Mach das bitte rückgängig.",
        "Ich habe doch gesagt, dass das Schema bleibt.",
        "Fass das Schema nicht an!",
        "Prüf das bitte noch einmal.",
        "Das ist die falsche Datei.",
        "Das hatte ich dir schon gesagt.",
        "Immer noch der gleiche Fehler.",
    ];

    private static readonly string[] NoGerman =
    [
        "Nein danke.",
        "Nein, danke, das war alles.",
        "Nein, das passt.",
        "Vielen Dank, das stimmt.",
        "Schlägt der Build immer noch fehl?",
        "Ist das falsch?",
        "Prüfe, ob das falsch ist und ob er immer noch fehlschlägt.",
        "Falls das nicht stimmt, mach das rückgängig.",
        "Was heißt „du hast die Tests vergessen“ auf Englisch?",
        "Ich habe die falsche Datei gewählt, wie öffne ich eine andere?",
        "Mein Drucker funktioniert nicht, woran liegt es?",
        "Jetzt bitte noch die Tests ergänzen.",
        "> Das ist falsch.\n\nWas meinte der Prüfer damit?",
        "Die Zahl im Bericht stimmt nicht mit der in der Tabelle überein, woran liegt das?",
        "Nein, ich brauche sonst nichts.",
        "Wie mache ich das in git rückgängig?",
    ];

    private static readonly string[] French =
    [
        "Non, je voulais dire l'autre fichier.",
        "Ce n'est pas ce que j'ai demandé.",
        "Merci. Mais tu as oublié les tests.",
        "C'est faux.",
        "Ce n'est pas ça.",
        "Le test échoue toujours.",
        "Ça ne marche pas.",
        "Annule ça, s'il te plaît.",
        "Tu t'es trompé de fichier.",
        "C’est le mauvais dossier.",
        "Vérifie encore une fois.",
        "Ne touche pas au schéma !",
        "Tu n'as pas lancé les tests.",
        "Remets le code comme avant.",
    ];

    private static readonly string[] NoFrench =
    [
        "Non merci.",
        "Non, c'est tout, merci.",
        "Non, merci beaucoup !",
        "Merci, c'est parfait.",
        "Est-ce que le test échoue toujours ?",
        "C'est faux ?",
        "Si ça ne marche pas, préviens-moi.",
        "Que veut dire « tu as oublié les clés » ?",
        "J'ai pris la mauvaise date, comment la changer ?",
        "Annule les vols de mai.",
        "Maintenant, ajoute un test pour le cache.",
        "```\nce n'est pas correct\n```\nTraduis ce texte.",
        "Non, je n'ai pas d'autre question.",
        "Comment annuler un commit ?",
    ];

    private static readonly string[] Spanish =
    [
        "No, me refería al otro archivo.",
        "Eso no es lo que pedí.",
        "Gracias. Pero te olvidaste de las pruebas.",
        "Eso está mal.",
        "No es eso.",
        "La prueba sigue fallando.",
        "Todavía no funciona.",
        "Deshaz los cambios, por favor.",
        "Te equivocaste de carpeta.",
        "Es el archivo equivocado.",
        "Revísalo de nuevo, te dije que el total no cuadra.",
        "¡No toques el esquema!",
        "No has ejecutado las pruebas.",
        "Vuelve a la versión anterior.",
    ];

    private static readonly string[] NoSpanish =
    [
        "No, gracias.",
        "No, eso es todo.",
        "No hay problema, sigue.",
        "Gracias, así está bien.",
        "¿Sigue fallando la prueba?",
        "¿Eso está mal?",
        "Si eso no funciona, avísame.",
        "¿Qué significa \"te olvidaste de las llaves\"?",
        "Elegí la fecha equivocada, ¿cómo la cambio?",
        "Ahora añade una prueba para la caché.",
        "Para el informe usa la tabla de mayo.",
        "La función recibe un número incorrecto de argumentos, ¿qué muestra?",
        "> Eso está mal.\n\nResume este comentario.",
        "No, con eso basta.",
        "¿Cómo deshago un commit?",
        "Me olvidé de decirte que usamos Postgres.",
    ];

    private static readonly string[] Portuguese =
    [
        "Não, eu quis dizer o outro arquivo.",
        "Isso não é o que eu pedi.",
        "Obrigado. Mas você esqueceu os testes.",
        "Isso está errado.",
        "O teste ainda falha.",
        "Isso não funcionou.",
        "Desfaça isso, por favor.",
        "Você se enganou de pasta.",
        "É o arquivo errado.",
        "Verifique de novo.",
        "Não mexa no esquema!",
        "Você não rodou os testes.",
        "Continua dando o mesmo erro.",
    ];

    private static readonly string[] NoPortuguese =
    [
        "Não, obrigado.",
        "Não, é só isso.",
        "Não, tudo bem.",
        "Obrigada, ficou ótimo.",
        "O teste ainda falha?",
        "Isso está errado?",
        "Se isso não funcionar, me avise.",
        "O que significa \"você esqueceu as chaves\"?",
        "Escolhi a data errada, como mudo?",
        "Agora adicione um teste para o cache.",
        "> Isso está errado.\n\nResuma este comentário.",
        "Não, só queria confirmar.",
        "Esqueci de dizer que usamos Postgres.",
    ];

    private static readonly string[] Russian =
    [
        "Нет, я имел в виду другой файл.",
        "Это не то, что я просил.",
        "Спасибо. Но ты забыл тесты.",
        "Это неправильно.",
        "Тест всё ещё не проходит.",
        "Верни как было.",
        "Отмени свои изменения.",
        "Ты изменил не тот файл.",
        "Проверь ещё раз.",
        "Не трогай схему!",
        "Почему это не работает?",
        "Ты не запустил тесты.",
        "Опять не работает.",
    ];

    private static readonly string[] NoRussian =
    [
        "Нет, спасибо.",
        "Нет, всё хорошо.",
        "Нет, это всё.",
        "Спасибо, отлично.",
        "Тест всё ещё не проходит?",
        "Проверь, не проходит ли тест.",
        "Если это не работает, напиши мне.",
        "Что значит «ты забыл ключи»?",
        "Я выбрал не тот файл, как открыть другой?",
        "Теперь добавь тест для кэша.",
        "Это ошибка доступа, объясни её.",
        "> Это неправильно.\n\nО чём этот комментарий?",
        "Нет, больше ничего.",
        "Как отменить последний коммит?",
        "Я забыл сказать, что у нас Postgres.",
    ];

    private static readonly string[] Chinese =
    [
        "不对，应该是另一个文件。",
        "不是这样的。",
        "谢谢。但是你忘了测试。",
        "我的意思是另一个文件。",
        "这不是我想要的。",
        "你改错文件了。",
        "还是报错。",
        "结果错了。",
        "撤销刚才的修改。",
        "再检查一下。",
        "不要改数据库结构！",
        "不，用索引。",
        "你没有运行测试。",
        "还是同样的错误。",
    ];

    private static readonly string[] NoChinese =
    [
        "不，谢谢。",
        "不用了，就这些。",
        "没问题，继续。",
        "谢谢，对的。",
        "还是报错吗？",
        "这样对不对？",
        "如果还是失败，就告诉我。",
        "“你忘了钥匙”怎么翻译？",
        "程序出错了，帮我看看日志。",
        "我填错了日期，怎么改？",
        "数据不对称时也要处理。",
        "接下来给缓存加一个测试。",
        "不，没有别的了。",
        "如果不对就报错。",
        "我忘了说，我们用的是 Postgres。",
    ];

    private static readonly string[] Japanese =
    [
        "違います。",
        "違う、別のファイルです。",
        "ありがとう。でもテストを忘れています。",
        "そうではなく、索引を使ってください。",
        "そこは間違っています。",
        "まだ動きません。",
        "まだ失敗します。",
        "元に戻してください。",
        "もう一度確認してください。",
        "スキーマは変更しないで！",
        "いいえ、別のファイルです。",
        "変更しないでと言ったのに。",
        "同じエラーが出ます。",
        "そのファイルではありません。",
    ];

    private static readonly string[] NoJapanese =
    [
        "いいえ、大丈夫です。",
        "いいえ、結構です。",
        "ありがとうございます。問題ありません。",
        "まだ失敗しますか？",
        "これは間違っていますか？",
        "まだ動かない場合は教えてください。",
        "間違っているかどうか調べてください。",
        "「鍵を忘れていますよ」を英語にしてください。",
        "違うファイルを開いてください。",
        "次はキャッシュのテストを追加してください。",
        "パスワードを忘れました。どうすればいいですか？",
        "設定が間違っている可能性があります。調べてください。",
        "停止しているサーバーを一覧にしてください。",
        "> 違います。\n\nこのコメントの意味は？",
        "いいえ、以上です。",
        "この参照は必須のファイルではありません。",
        "コミットを取り消す方法は？",
    ];

    private static readonly string[] Korean =
    [
        "아니요, 다른 파일이에요.",
        "그게 아니라 색인을 쓰세요.",
        "고마워요. 그런데 테스트를 빠뜨렸어요.",
        "결과가 틀렸어요.",
        "내 말은 다른 파일이에요.",
        "여전히 실패해요.",
        "아직도 안 돼요.",
        "원래대로 돌려 주세요.",
        "다시 확인해 주세요.",
        "스키마는 건드리지 마세요!",
        "잘못 이해했어요. 잘못하셨어요.",
        "그 파일이 아니에요.",
        "이전으로 되돌려 주세요.",
    ];

    private static readonly string[] NoKorean =
    [
        "아니요, 괜찮아요.",
        "아니요, 감사합니다.",
        "고마워요, 잘 됐어요.",
        "여전히 실패하나요?",
        "결과가 틀렸나요?",
        "여전히 실패하면 알려 주세요.",
        "\"열쇠를 빠뜨렸어요\"를 영어로 번역해 주세요.",
        "비밀번호를 잊었어요. 어떻게 하죠?",
        "이제 캐시 테스트를 추가해 주세요.",
        "잘못된 값이 들어오면 오류를 보여 주세요.",
        "설정 값이 잘못되었습니다. 로그를 요약해 주세요.",
        "> 결과가 틀렸어요.\n\n이 댓글을 요약해 주세요.",
        "아니요, 없습니다.",
        "대상이 파일이 아니라 폴더예요. 경로를 보여 주세요.",
        "값이 틀리면 오류를 보여 주세요.",
    ];

    private static readonly string[][] All = [English, German, French, Spanish, Portuguese, Russian, Chinese, Japanese, Korean];

    private static readonly string[][] None =
    [
        NoEnglish,
        NoGerman,
        NoFrench,
        NoSpanish,
        NoPortuguese,
        NoRussian,
        NoChinese,
        NoJapanese,
        NoKorean,
    ];

    public static TheoryData<string> Corrections => [.. All.SelectMany(messages => messages)];

    public static TheoryData<string> Others => [.. None.SelectMany(messages => messages)];

    [Theory]
    [MemberData(nameof(Corrections))]
    public void A_correction_is_known_in_many_languages(string message) => Assert.True(IsCorrection(message));

    [Theory]
    [MemberData(nameof(Others))]
    public void What_only_looks_like_a_correction_is_not_one(string message) => Assert.False(IsCorrection(message));

    private static bool IsCorrection(string message) =>
        Review(Some.UserInput("Go."), Some.Text("Done."), Some.UserInput(message), Some.Text("Well."), Some.Stop()).Corrections.Length > 0;
}
