using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Model;

public sealed class DerivedTitleTests
{
    [Theory]
    [InlineData("The date parser rejects leap days.\nFind out why.", "The date parser rejects leap days.")]
    [InlineData(
        "<pr_description>\nConsider the following PR description:\nfuentes fails with a time zone\n**Bug**",
        "fuentes fails with a time zone"
    )]
    [InlineData(
        "We're currently solving the following issue within our repository. Here's the issue text:\nISSUE:\nTimeDelta is rounded\n",
        "TimeDelta is rounded"
    )]
    [InlineData(
        "We're currently solving the following CTF challenge. The CTF challenge is named \"Rock\", worth 10 points.",
        "The CTF challenge is named \"Rock\", worth 10 points."
    )]
    [InlineData("## User Input\n\n```text\nA game of chance\n```\n\nYou **MUST** consider the user input", "A game of chance")]
    [InlineData("I've uploaded a repository in /repo. Consider the following PR description:\n\n<task>\nFix it", "Fix it")]
    [InlineData("You are a helpful assistant. Book a flight to Oslo.", "Book a flight to Oslo.")]
    [InlineData("<task>Fix the parser</task>", "Fix the parser")]
    [InlineData("# Task:\n\n## Overview:\nSort the books", "Sort the books")]
    [InlineData("You are right, but the test still fails:", "You are right, but the test still fails:")]
    [InlineData("Summarize this long and winding report for me:\nOnce upon a time", "Summarize this long and winding report for me:")]
    [InlineData("List<int> is slow", "List<int> is slow")]
    [InlineData("<instructions>\nTask:\n", "<instructions>")]
    [InlineData(" \n", "")]
    public void A_title_is_the_first_line_that_says_something(string message, string title) =>
        Assert.Equal(title, DerivedTitle.Of(message));

    [Theory]
    [InlineData(
        "Hello,\n\nI have a problem with the date parser. It rejects leap days.",
        "I have a problem with the date parser. It rejects leap days."
    )]
    [InlineData("Hi there! Please help me. The build fails on Windows.", "The build fails on Windows.")]
    [InlineData("Hey Claude, rename the module to core", "rename the module to core")]
    [InlineData("Hello world is printed twice, find out why", "Hello world is printed twice, find out why")]
    [InlineData("Hello everyone,\nI hope you are well.\nIs there a faster way to import?", "Is there a faster way to import?")]
    [InlineData("Quick question: does the parser accept leap days?", "does the parser accept leap days?")]
    [InlineData("Guten Tag, ich habe eine Frage. Wie lange gilt das Ticket?", "Wie lange gilt das Ticket?")]
    [InlineData("Thanks for your help so far!\n\nNow add a changelog entry.", "Now add a changelog entry.")]
    [InlineData("Title: Date parser rejects leap days\n\nSince the last release", "Date parser rejects leap days")]
    [InlineData("# Task\n\nFix the flaky test", "Fix the flaky test")]
    [InlineData("**Describe the bug**\nThe cart is empty after login.", "The cart is empty after login.")]
    [InlineData("Act as a linguist. Explain the word 'lamp'.", "Explain the word 'lamp'.")]
    [InlineData("Bug: the cart is empty", "Bug: the cart is empty")]
    [InlineData("Hi there!", "Hi there!")]
    [InlineData("I have a question", "I have a question")]
    [InlineData("Hi there!\nFix it", "Fix it")]
    public void Words_that_say_nothing_are_left_out(string message, string title) => Assert.Equal(title, DerivedTitle.Of(message));

    /// <summary>People greet in many ways, and the title does not depend on it.</summary>
    [Fact]
    public void No_greeting_gets_into_a_title()
    {
        string[] greetings =
        [
            .. "Hello|Hi there|Hey Claude|Dear team|Good morning|Hallo zusammen|Moin|Guten Tag|Bonjour à tous|Salut|Hola|Buenos días".Split(
                '|'
            ),
            .. "Olá, tudo bem|Bom dia|Ciao|Привет|Здравствуйте|Добрый день|你好|您好|大家好|こんにちは|お世話になっております|안녕하세요|Merhaba".Split(
                '|'
            ),
        ];
        string[] requests =
        [
            "The date parser rejects leap days.",
            "fix the import in a.py, please",
            "Warum schlägt der Test fehl?",
            "La factura de mayo no se descarga",
            "Почему тест не проходит?",
            "我想优化数据库查询",
            "ログインページのバグを直してください。",
            "로그인 페이지 버그를 고쳐 주세요.",
        ];
        foreach (var greeting in greetings)
        foreach (var between in (string[])["\n", ",\n\n", "! ", ", ", ". ", "!\r\n", "，", "！"])
        foreach (var request in requests)
            Assert.Equal(request, DerivedTitle.Of($"{greeting}{between}{request}"));
    }

    [Theory]
    [InlineData("Context: we use Postgres 15.\n\nTask: make the orders query faster", "make the orders query faster")]
    [InlineData("# Context\nWe have a shop.\n\nIt is old.\n\n# Task\nAdd a discount field", "Add a discount field")]
    [InlineData("CONTEXT:\nThe shop sells lamps.\n\nQUESTION:\nHow many were sold in May?", "How many were sold in May?")]
    [InlineData("<system-reminder>\nThe day is Monday.\n\nBe brief.\n</system-reminder>\nAdd a dark mode", "Add a dark mode")]
    [InlineData("You are an expert in Rust.\nYou always write tests.\n\nAdd a discount field", "Add a discount field")]
    [InlineData("> The earlier answer said to use a cache.\n\nThat did not help at all", "That did not help at all")]
    [InlineData("Context: we use Postgres 15.", "we use Postgres 15.")]
    [InlineData("<context>\nWe have a shop.", "We have a shop.")]
    public void What_is_wanted_comes_before_what_is_good_to_know(string message, string title) =>
        Assert.Equal(title, DerivedTitle.Of(message));

    [Theory]
    [InlineData("@src/a.py fix the import", "a.py fix the import")]
    [InlineData("@src/a.py\nfix the import", "fix the import")]
    [InlineData("@src/a.py @src/b.py are alike", "a.py b.py are alike")]
    [InlineData("@\"/home/ann/My Files/plan.md\" lacks a date", "plan.md lacks a date")]
    [InlineData("@src/a.py @src/b.py", "@src/a.py @src/b.py")]
    [InlineData("@src/a.py", "@src/a.py")]
    [InlineData("@ann says that the cart is empty", "@ann says that the cart is empty")]
    [InlineData("@https://ann:pw@example.com/a is down", "@https://ann:pw@example.com/a is down")]
    public void A_file_that_is_mentioned_first_is_only_named(string message, string title) => Assert.Equal(title, DerivedTitle.Of(message));

    public static TheoryData<string> Pastes =>
        [
            "Traceback (most recent call last):\n  File \"a.py\", line 3, in <module>\n    main()\nValueError: invalid literal: 'x'",
            "java.lang.NullPointerException: No cart here\n\tat com.shop.Cart.total(Cart.java:42)\n\tat com.shop.Main.main(Main.java:7)",
            "2026-05-01 12:00:01 ERROR shop.pay: timeout\nretrying the call\n2026-05-01 12:00:02 ERROR shop.pay: timeout",
            "[12:00:01] server started on a port",
            "npm ERR! code ELIFECYCLE\nnpm ERR! errno 1",
            "error[E0382]: borrow of moved value: `x`\n --> src/main.rs:4:20\n  |\n3 |     let y = x;",
            "$ make test\nmake: *** No rule to make target 'test'.  Stop.",
            "```\nThe cart has no items\n\nand no owner\n```",
            "~~~py\ndef total(cart):\n    return sum(cart)\n~~~",
            "{\"name\": \"shop\", \"version\": 1}",
            "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a line\n+another line",
            "https://example.com/shop/issues/17",
        ];

    [Theory]
    [MemberData(nameof(Pastes))]
    public void What_is_written_comes_before_what_was_pasted(string paste)
    {
        const string Request = "The importer crashes on empty rows";

        Assert.Equal(Request, DerivedTitle.Of($"{paste}\n\n{Request}"));
        Assert.Equal(Request, DerivedTitle.Of($"Hello,\n\n{paste}\n\n{Request}\n\n{paste}"));
        Assert.Equal(Request, DerivedTitle.Of($"{Request}\n{paste}"));
        // A long paste ends outside of what is read from the beginning.
        Assert.Equal(
            Request,
            DerivedTitle.Of(
                $"```\n{string.Concat(Enumerable.Repeat($"{paste.Replace("```", "", StringComparison.Ordinal)}\n", 500))}\n\n{Request}\n"
            )
        );
    }

    [Theory]
    [InlineData(
        "Traceback (most recent call last):\n  File \"a.py\", line 3, in f\nValueError: no date\n\nWhy does this happen?",
        "ValueError: no date"
    )]
    [InlineData("fix this error:\n\n$ make\nmake: *** No rule", "fix this error:")]
    [InlineData("SyntaxError: invalid syntax\nI run the file as follows", "SyntaxError: invalid syntax")]
    public void The_message_of_an_error_says_more_than_a_request_to_mend_it(string message, string title) =>
        Assert.Equal(title, DerivedTitle.Of(message));

    /// <summary>Whatever a message is made of, its title is a part of it, and there is one.</summary>
    [Fact]
    public void A_title_is_a_part_of_the_message()
    {
        string[] parts =
        [
            .. Pastes.Select(row => row.Data),
            "Hello,",
            "Context:",
            "# Task",
            "<task>",
            "</task>",
            "> quoted words",
            "You are a helpful assistant.",
            "Fix the parser.",
            "ok",
            "```",
            "---",
            "你好，请帮我修复登录页面的错误。",
            "🙂",
            "- one\n- two",
            "a",
            "¿Qué pasa?",
            "@a/b.py",
            "[Image #1]",
            "**",
            ":",
            "<",
            "@\"",
            "@a/b",
        ];
        var random = new Random(7);
        for (var count = 0; count < 5_000; count++)
        {
            var message = string.Concat(
                Enumerable
                    .Range(0, random.Next(1, 7))
                    .Select(_ => parts[random.Next(parts.Length)] + ((string[])[" ", "\n", "\r\n\r\n"])[random.Next(3)])
            );
            var title = DerivedTitle.Of(message);

            Assert.False(string.IsNullOrWhiteSpace(title), message);
            Assert.True(message.Contains(title, StringComparison.Ordinal) || message.Contains('@'), $"{title}\n---\n{message}");
            Assert.False(title.Contains('\n'));
        }
    }

    [Fact]
    public void A_very_long_message_costs_no_more_than_a_short_one()
    {
        var clauses = string.Concat(Enumerable.Repeat("x, ", 10_000_000));
        var lines = new string('\n', 10_000_000) + "@a/b.py";
        DerivedTitle.Of(clauses[..5_000]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        DerivedTitle.Of(clauses);
        DerivedTitle.Of(lines);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Theory]
    [InlineData("<task> Consider the following: Fix th...", "Fix the parser")]
    [InlineData("<task>\nConsider the following: Fix the…", "Fix the parser")]
    [InlineData("Parser trouble", null)]
    [InlineData(null, null)]
    public void Only_a_title_that_is_the_beginning_of_the_first_message_is_replaced(string? recorded, string? title) =>
        Assert.Equal(title, DerivedTitle.InsteadOf(recorded, "<task>\nConsider the following:\nFix the parser\nand more"));

    [Theory]
    [InlineData("Why does it fail? Find o...")]
    [InlineData("Why does it fail?")]
    [InlineData("Why does it fail? Find out. And fix it.")]
    [InlineData("Hi! Why does it fail?")]
    public void A_title_that_already_says_something_stays(string recorded)
    {
        Assert.Null(DerivedTitle.InsteadOf(recorded, "Why does it fail? Find out.\nAnd fix it."));
        Assert.False(DerivedTitle.IsStock(recorded));
    }

    [Theory]
    [InlineData("<pr_description> Consider the following PR description: temp...")]
    [InlineData("We're currently solving the following issue within our repos...")]
    [InlineData("Hello")]
    [InlineData("Hi there! Please help me. Can you...")]
    [InlineData("Traceback (most recent call last):...")]
    public void A_title_that_begins_with_stock_words_is_known_without_the_message(string recorded) =>
        Assert.True(DerivedTitle.IsStock(recorded));
}
