using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ChatSessions.Model;

namespace Benchmarks.Questions.Made;

/// <summary>A conversation in Japanese about tools that answer in English.</summary>
internal static class JapaneseSession
{
    private static readonly string[] Classes =
    [
        "Dompdf\\FrameReflower\\Block",
        "Dompdf\\Renderer\\Text",
        "FontLib\\TrueType\\File",
        "Illuminate\\Pipeline\\Pipeline",
        "App\\Invoices\\Renderer",
        "Illuminate\\View\\Engines\\CompilerEngine",
    ];

    private static readonly string[] Packages =
    [
        "brick/math",
        "dompdf/dompdf",
        "phenx/php-font-lib",
        "phenx/php-svg-lib",
        "league/csv",
        "monolog/monolog",
        "nesbot/carbon",
        "symfony/console",
        "laravel/framework",
        "guzzlehttp/psr7",
    ];

    public static Session Make()
    {
        var random = new Random(808);
        return new Recording("ses-made-japanese", "請求書PDFの文字化け")
            .User("請求書のPDFで会社名が文字化けします。原因を調べて直してください。レイアウトは変えないでください。")
            .Say("まず再現させて、PDFに埋め込まれているフォントを確認します。")
            .Use(
                "shell",
                new JsonObject { ["command"] = "php artisan invoice:render 10482 --out=/tmp/10482.pdf && pdffonts /tmp/10482.pdf" },
                "name                                 type              encoding         emb sub uni object ID\n------------------------------------ ----------------- ---------------- --- --- --- ---------\nHelvetica                            Type 1            WinAnsi          no  no  no       7  0\nABCDEE+IPAexGothic                   CID TrueType      Identity-H       yes yes yes     12  0"
            )
            .Use("shell", new JsonObject { ["command"] = "tail -n 260 storage/logs/laravel.log" }, Log(random))
            .Use("shell", new JsonObject { ["command"] = "composer show --tree --no-ansi | head -150" }, Tree(random))
            .Think(
                "会社名だけが Helvetica で描かれている。Helvetica は WinAnsi なので漢字を表示できない。つまり見出しのスタイルだけがフォント指定を失っている。"
            )
            .Use(
                "shell",
                new JsonObject { ["command"] = "grep -rn 'font-family' resources/views/invoice resources/css/invoice.css" },
                "resources/css/invoice.css:4:body { font-family: ipaexg; }\nresources/css/invoice.css:31:.issuer-name { font-family: 'Noto Sans JP', sans-serif; font-weight: 700; }\nresources/views/invoice/footer.blade.php:12:<p style=\"font-family: ipaexg\">"
            )
            .Say(
                "原因は resources/css/invoice.css の31行目です。.issuer-name が 'Noto Sans JP' を指定していますが、dompdf にそのフォントが登録されていないため Helvetica に置き換わります。"
            )
            .Use(
                "edit_file",
                new JsonObject
                {
                    ["path"] = "resources/css/invoice.css",
                    ["old"] = ".issuer-name { font-family: 'Noto Sans JP', sans-serif; font-weight: 700; }",
                    ["new"] = ".issuer-name { font-family: ipaexg; font-weight: 700; }",
                },
                new JsonObject { ["ok"] = true }
            )
            .Use(
                "shell",
                new JsonObject
                {
                    ["command"] =
                        "php artisan invoice:render 10482 --out=/tmp/10482b.pdf && pdffonts /tmp/10482b.pdf && pdftotext /tmp/10482b.pdf - | head -3",
                },
                "ABCDEE+IPAexGothic                   CID TrueType      Identity-H       yes yes yes     12  0\n株式会社 髙島工務店\n請求書"
            )
            .Say(
                "文字化けは直りました。ただし ipaexg には太字がないため、会社名が細字になります。太字を残すには IPAexGothic ではなく Noto Sans JP Bold を登録する方法もあります。どちらにしますか。"
            )
            .Stop(5)
            .User("レイアウトを変えたくないので、太字を残してください。")
            .Think(
                "太字を残す方を選ばれた。フォントを dompdf に登録する。可変フォントは dompdf が読めないので、静的な Bold の TTF を使う。"
            )
            .Use(
                "shell",
                new JsonObject { ["command"] = "php load_font.php 'Noto Sans JP' storage/fonts/NotoSansJP-VF.ttf" },
                "PHP Fatal error:  Uncaught FontLib\\Exception\\FontNotFoundException: Font table 'glyf' has no static instances in storage/fonts/NotoSansJP-VF.ttf"
            )
            .Use(
                "shell",
                new JsonObject
                {
                    ["command"] = "php load_font.php 'Noto Sans JP' storage/fonts/NotoSansJP-Regular.ttf storage/fonts/NotoSansJP-Bold.ttf",
                },
                "Generating Adobe Font Metrics for storage/fonts/NotoSansJP-Bold... done"
            )
            .Use(
                "shell",
                new JsonObject { ["command"] = "git checkout resources/css/invoice.css && php artisan test --filter=InvoicePdfTest" },
                "PASS  Tests\\Feature\\InvoicePdfTest\n  ✓ issuer name keeps old kanji (0.84s)\n  ✓ page count stays two (0.41s)\n\n  Tests:  2 passed (7 assertions)"
            )
            .Say(
                "CSSの変更は元に戻し、静的な NotoSansJP-Bold.ttf を登録しました。テストは2件とも成功です。残りは、storage/fonts をデプロイ用イメージに含めること（deploy/Dockerfile の COPY に追加）と、先月発行した請求書214件を再送するかどうかを経理の佐伯さんに確認することです。"
            )
            .Stop(5)
            .Finish();
    }

    private static string Log(Random random)
    {
        var text = new StringBuilder();
        for (var number = 0; number < 260; number++)
            text.Append(
                number % 26 == 3
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"[2026-05-0{random.Next(1, 9)} 10:{random.Next(60):D2}:{random.Next(60):D2}] production.WARNING: font 'noto sans jp' not found for invoice {random.Next(10_000, 10_500)}, falling back\n"
                    )
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"#{number % 26} /var/www/vendor/{Packages[random.Next(Packages.Length)]}/src/{random.Next():x6}.php({random.Next(900)}): {Classes[random.Next(Classes.Length)]}->handle(Object({Classes[random.Next(Classes.Length)]}), {random.Next(40)})\n"
                    )
            );
        return text.ToString();
    }

    private static string Tree(Random random)
    {
        var text = new StringBuilder();
        for (var number = 0; number < 150; number++)
            text.Append(
                CultureInfo.InvariantCulture,
                $"{(number % 5 == 0 ? "" : "│  ")}├──{Packages[random.Next(Packages.Length)]} ^{random.Next(1, 9)}.{random.Next(20)}.{random.Next(9)}\n"
            );
        return text.ToString();
    }
}
