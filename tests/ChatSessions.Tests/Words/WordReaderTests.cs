using System.Text;
using ChatSessions.Words;
using CsCheck;
using Xunit;

namespace ChatSessions.Tests.Words;

public sealed class WordReaderTests
{
    [Theory]
    [InlineData("The quick, brown fox!", "the quick brown fox")]
    [InlineData("get_user_by_id Foo.Bar --no-cache", "get user by id foo bar no cache")]
    [InlineData(@"C:\dir\file.txt src/a/b.cs:12", "c dir file txt src a b cs 12")]
    [InlineData("3f2a9c1e77d0b4 E11000 0xC0000005 QZnfB1lO", "3f2a9c1e77d0b4 e11000 0xc0000005 qznfb1lo")]
    [InlineData("café naïve Übergrößenträger Łódź Ångström Ærø", "cafe naive ubergrossentrager lodz angstrom aero")]
    [InlineData("cafe\u0301 a\u0308b", "cafe ab")]
    [InlineData("Привет ΟΔΟΣ οδος", "привет οδοσ οδοσ")]
    [InlineData("数据库连接", "数 据 库 连 接")]
    [InlineData("ファイルを open", "フ ァ イ ル を open")]
    [InlineData("ｆｕｌｌ ＡＢＣ１ ｶﾅ", "full abc1 カ ナ")]
    [InlineData("web版 2.0", "web 版 2 0")]
    [InlineData("😀 … — \uE000k5", "k5")]
    [InlineData("", "")]
    public void Words_are_lower_case_without_accents_and_parted_by_all_that_is_no_letter_or_digit(string text, string words) =>
        Assert.Equal(words, Joined(text));

    [Theory]
    [InlineData("ValueError", "value error", "valueerror")]
    [InlineData("HTTPServer2 getX", "http server2 get x", "httpserver2 getx")]
    [InlineData("URL id Word aB1c", "url id word ab1c", "")]
    public void A_camelCase_word_is_its_parts_and_is_told_whole(string text, string words, string wholes)
    {
        Assert.Equal(words, Joined(text));
        Assert.Equal(wholes, string.Join(' ', Read(text, isJson: false).Select(word => word.Whole).Where(whole => whole != "")));
    }

    [Theory]
    [InlineData(@"""line\nnext\tC:\\new\/x\""q\""""", "line next c new x q")]
    [InlineData(@"""caf\u00e9 \u00e9t\u00E9 na\u00EFve""", "cafe ete naive")]
    [InlineData(@"""\u6570\u636e x\u6570""", "数 据 x 数")]
    [InlineData(@"""\ud83d\ude00 \ud800 a\udc00b""", "a b")]
    [InlineData(@"""\ud835\udc00b\\u0041""", "aba")]
    [InlineData("""{"exit_code":1,"output":"no"}""", "exit code 1 output no")]
    public void Escapes_of_JSON_are_understood(string json, string words) =>
        Assert.Equal(words, string.Join(' ', Read(json, isJson: true).Select(word => word.Text)));

    [Theory]
    // JSON within JSON, at any depth, and notations of programs.
    [InlineData(@"""{\""out\"": \""one\\nquokka\\ttwo\\r\\nthree\""}""", "out one quokka two three")]
    [InlineData(@"""one\\\\nquokka \\\\\\\\tdeep""", "one quokka deep")]
    [InlineData(@"""{'out': b'caf\\xc3\\xa9\\nquokka\\x00'}""", "out b cafe quokka")]
    [InlineData(@"""caf\\u00e9 na\\\\u00efve \\ud83d\\ude00x""", "cafe naive x")]
    // Colours of terminals.
    [InlineData(@"""\u001b[31mFAILED\u001b[0m \u001b[1;32mok\u001b[K""", "failed ok")]
    [InlineData(@"""\\x1b[31mFAILED\\x1b[0m \\033[1mbold \\e[4mline""", "failed bold line")]
    [InlineData(@"""[31mFAILED a[10m]""", "failed a 10m")]
    public void Escapes_within_a_text_are_no_part_of_its_words(string json, string words) =>
        Assert.Equal(words, string.Join(' ', Read(json, isJson: true).Select(word => word.Text)));

    [Theory]
    [InlineData(@"""src\\new\\tests.py""", "src ew ests py", "new tests")]
    [InlineData(@"""C:\\new\\table""", "c new table", "")]
    public void A_letter_after_a_backslash_may_be_its_words(string json, string words, string glued)
    {
        var (read, with) = (new List<string>(), new List<string>());
        Span<byte> scratch = stackalloc byte[WordReader.ScratchBytes];
        var reader = new WordReader(Encoding.UTF8.GetBytes(json), isJson: true, scratch);
        while (reader.Read())
        {
            read.Add(Encoding.UTF8.GetString(reader.Word));
            if (!reader.Glued.IsEmpty)
                with.Add(Encoding.UTF8.GetString(reader.Glued));
        }

        Assert.Equal(words, string.Join(' ', read));
        Assert.Equal(glued, string.Join(' ', with));
    }

    [Fact]
    public void Of_a_long_word_the_beginning_is_told_and_where_it_ends()
    {
        var word = Assert.Single(Read(new string('A', 5_000), isJson: false));

        Assert.Equal(new string('a', 64), word.Text);
        Assert.Equal((0, 5_000), (word.Start, word.End));
    }

    [Fact]
    public void Each_word_says_where_it_stands()
    {
        const string Text = "Die Größe of getUserName: 数据";

        var found = Read(Text, isJson: false).Select(word => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(Text)[word.Start..word.End]));

        Assert.Equal(["Die", "Größe", "of", "get", "User", "Name", "数", "据"], found);
    }

    [Fact]
    public void Any_bytes_are_read_to_their_end_in_order() =>
        Gen.OneOf(
                Gen.Byte,
                Gen.Const("\\\\uud8aAé\u0301数1\" "u8.ToArray()).SelectMany(some => Gen.Int[0, some.Length - 1].Select(at => some[at]))
            )
            .Array[0, 60]
            .Select(Gen.Bool)
            .Sample(
                (bytes, isJson) =>
                {
                    var end = 0;
                    Span<byte> scratch = stackalloc byte[WordReader.ScratchBytes];
                    var reader = new WordReader(bytes, isJson, scratch);
                    while (reader.Read())
                    {
                        Assert.True(reader.Start >= end && reader.End > reader.Start && reader.End <= bytes.Length);
                        Assert.False(reader.Word.IsEmpty);
                        Assert.DoesNotContain((byte)' ', reader.Word.ToArray());
                        end = reader.End;
                    }
                },
                iter: 20_000
            );

    private static string Joined(string text) => string.Join(' ', Read(text, isJson: false).Select(word => word.Text));

    private static List<(string Text, string Whole, int Start, int End)> Read(string text, bool isJson)
    {
        var words = new List<(string, string, int, int)>();
        Span<byte> scratch = stackalloc byte[WordReader.ScratchBytes];
        var reader = new WordReader(Encoding.UTF8.GetBytes(text), isJson, scratch);
        while (reader.Read())
            words.Add((Encoding.UTF8.GetString(reader.Word), Encoding.UTF8.GetString(reader.Whole), reader.Start, reader.End));
        return words;
    }
}
