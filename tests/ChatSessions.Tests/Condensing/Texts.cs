using CsCheck;

namespace ChatSessions.Tests.Condensing;

/// <summary>Texts where every kind of character that the encoding's expression distinguishes is next to every other.</summary>
internal static class Texts
{
    private static readonly string[] Fragments =
    [
        .. "the|Hello|HTTPServer|fooBar|snake_case_name|x|I|unbelievableness|naïve|ZÜRICH|Straße|İstanbul|ſun|\u212Aelvin".Split('|'),
        .. "'s|'T|'rE|'VE|'m|'Ll|'d|'S|'ſ|'l|'r|'|''s|\u2019s|don't|WE'LL|they'd've".Split('|'),
        .. "0|7|42|2026|1234567|3.14|٣٤٥|१२३४|Ⅷ|½²|１２".Split('|'),
        .. "=|==>|/|//|://|/\n/|<|{\"key\": [1, null]}|;\n\t|();\r\n|#!/bin/sh|!?|`|~~~|\\n|</a>|$_|@@ -1,4 +1,6 @@|¿|€|“”|—".Split('|'),
        " ",
        "  ",
        "    ",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\t",
        " \n ",
        "\t \r\n\t",
        "\v\f",
        "\u0085",
        "\u00A0",
        "\u1680",
        "\u2003",
        "\u2028",
        "\u2029",
        "\u202F",
        "\u3000",
        "\u200B",
        "\uFEFF",
        "\0",
        .. "中文字符|日本語のテキスト|カタカナー|한국어|ภาษาไทยน้ำ|العَرَبِيَّة|हिन्दी|עִבְרִית|русский|ΑΘΗΝΑ".Split('|'),
        .. "ª|º|ʰ|ˮ|々|ǅ|ǈ|ᾼ|e\u0301|E\u0301|\u0301|\u0300\u0301|\u20DD|\u0903|\u05B0".Split('|'),
        .. "😀|👩‍👩‍👧‍👦|🏳️‍🌈|🇩🇪|❤️|𝒳𝓎|𐐀𐐨|𠮷野|𝟙𝟚|\uE000|\uFFFD|\uFFFF".Split('|'),
        "\uD83D",
        "\uDE00",
        "\uDE00\uD83D",
        "\uDBFF",
    ];

    private static readonly Gen<string> Fragment = Gen.OneOf([.. Fragments.Select(fragment => Gen.Const(fragment))]);

    private static readonly Gen<string> Run = Gen.Select(
        Fragment,
        Gen.Int[2, 200],
        (part, times) => string.Concat(Enumerable.Repeat(part, times))
    );

    private static readonly Gen<string> AsciiText = Gen.String[Gen.Char[' ', '~'], 0, 30];

    private static readonly Gen<string> Units = Gen.String[Gen.Char['\0', '\uFFFF'], 0, 12];

    private static readonly Gen<string> Letters = Gen.String[Gen.Char['a', 'z'], 1, 300];

    public static readonly Gen<string> Any = Gen.Frequency((40, Fragment), (2, Run), (4, AsciiText), (2, Units), (1, Letters))
        .List[0, 24]
        .Select(parts => string.Concat(parts));
}
