using ChatSessions.Importing;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using Fuzzing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public sealed class DraftTitleTests
{
    [Theory]
    [InlineData("Find out why the parser rejects leap days", "Find out why the parser rejects leap days")]
    [InlineData(
        "Find out why the parser of dates rejects the leap days of 1900 and 2000 alike",
        "Find out why the parser of dates rejects the leap days of..."
    )]
    [InlineData(
        "Find out why the parser of dates rejects the leap days of the year 2000",
        "Find out why the parser of dates rejects the leap days of..."
    )]
    [InlineData(
        "/home/ann/projects/shop/src/components/checkout/PaymentMethodSelector.tsx",
        "/home/ann/projects/shop/src/components/checkout/..."
    )]
    [InlineData(
        "日付パーサーがうるう日を拒否する理由を調べて、修正してください。それから、すべてのテストを実行して、結果を報告してください。よろしくお願いします",
        "日付パーサーがうるう日を拒否する理由を調べて、修正してください。それから、すべてのテストを実行して、..."
    )]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", null)]
    public void A_long_title_ends_after_a_word(string line, string? title) => Assert.Equal(title, DraftTitle.Shortened(line));

    [Theory]
    [InlineData("Hello,\nwhy is the cart empty?\n", "why is the cart empty?")]
    [InlineData("Why is the cart empty?\nI see no items.", "Why is the cart empty?...")]
    [InlineData("We sell lamps.\n\n> We sell lamps.\n\nWhy is the cart empty?", "We sell lamps....")]
    [InlineData("> We sell lamps.\n\nWhy is the cart empty?", "Why is the cart empty?...")]
    [InlineData(" \n", null)]
    public void A_title_shows_whether_more_follows(string message, string? title) => Assert.Equal(title, DraftTitle.OfMessage(message));

    [Theory]
    [InlineData("Please deploy: password=", "YJ3GxeYYXwSLQcWtxJTQr1FqXSTs98vPlL2aEJXq")]
    [InlineData("AWS_SECRET_ACCESS_KEY=", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYqKbTh3pNwZ and AWS_REGION=eu-west-1")]
    [InlineData("Why does it not connect to ", "postgres://admin:s3cretPassw0rdWithLotsOfLetters77@db.example.com/shop")]
    [InlineData("postgres://admin:", "s3cretPassw0rdWithLotsOfLetters77AndSomeMoreOfThemXyz123@db.example.com/shop")]
    [InlineData("Push it.\nDB_PASS=", "svgf42^LDNJU\nDB_USER=ann")]
    [InlineData("Push the branch of tonight to GitHub with the token ", "ghp_aCcTlN0Vn7bYxK2mQd8RtW5zPfJ3hLs4Ue6o please")]
    public void A_title_has_no_part_of_a_secret(string before, string secret)
    {
        var title = DraftTitle.Shortened(before + secret) ?? "";

        DoesNotShow(title, secret);
        DoesNotShow(DraftTitle.OfMessage($"Hello, please help me: {before}{secret}") ?? "", secret);
        DoesNotShow(DraftTitle.OfMessage($"@src/a.py {before}{secret}") ?? "", secret);
        DoesNotShow(DraftTitle.OfMessage($"Context: {before}{secret}") ?? "", secret);

        static void DoesNotShow(string title, string secret) =>
            Assert.DoesNotContain(
                secret[..8],
                new OutgoingDoor(SecretFinder.Standard).Replace(title, "generated_title"),
                StringComparison.Ordinal
            );
    }

    /// <summary>What is a secret within the whole message is hidden in the title, too.</summary>
    [Fact]
    public void A_title_of_any_message_shows_nothing_that_is_hidden_in_the_message()
    {
        string[] openings =
        [
            "",
            "Hello, ",
            "Please help me. ",
            "Title: ",
            "@src/a.py ",
            "Context: ",
            "<task>",
            "> ",
            "$ ",
            "Look at this: ",
            "# ",
        ];
        var random = new Random(11);
        for (var count = 0; count < 1_500; count++)
        {
            var message =
                openings[random.Next(openings.Length)]
                + SecretTexts.Make(random)
                + openings[random.Next(openings.Length)]
                + SecretTexts.Make(random);
            var title = new OutgoingDoor(SecretFinder.Standard).Replace(DraftTitle.OfMessage(message) ?? "", "generated_title");

            foreach (var (start, length, _) in SecretFinder.Standard.Find(message))
                if (length >= 12)
                    Assert.DoesNotContain(message.Substring(start, 12), title, StringComparison.Ordinal);
        }
    }
}
