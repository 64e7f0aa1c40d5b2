using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using Xunit;

namespace ChatSessions.Tests.Redaction;

public sealed class SecretFinderTests
{
    private static readonly OutgoingDoor Door = new(SecretFinder.Standard);

    [Theory]
    [InlineData("QUtJQUpPUEdWNFhXTTNSNlhHUUsganFsTlRYWHE=")]
    [InlineData("\\nQUtJQUpPUEdWNFhXTTNSNlhHUUsganFsTlRYWHE=")]
    public void A_secret_in_base64_without_a_digit_is_found(string json) =>
        Assert.Equal(
            "[redacted:aws-access-token#1]=",
            (
                (ContentEvent)Door.Show(Some.Session(Some.Event($$"""{"type":"text","content":"{{json}}"}"""))).Session.Events[0]
            ).Content.Trim()
        );

    [Theory]
    [InlineData("AbstractSingletonProxyFactoryBeanDefinitionReader")]
    [InlineData("\\nAbstractSingletonProxyFactoryBeanDefinitionReader")]
    public void A_long_name_is_not_looked_into(string text) => Assert.False(SecretFinder.Standard.MayBeIn(text));

    /// <summary>As grep and terminals write it, not as JSON does.</summary>
    [Theory]
    [InlineData("key: sshpas\e[01;31m\e[Ks -p '\e[m\e[Ktcvj35+KUNNY' ssh bo@example.com found")]
    [InlineData("key: Author\e[01;31m\e[Kizatio\e[m\e[Kn: Basic Ym86MTBTNDF3NGpnZ1BtcHE= found=")]
    public void Colours_within_a_keyword_do_not_hide_that_there_may_be_a_secret(string text)
    {
        Assert.NotEmpty(SecretFinder.Standard.Find(text));
        Assert.True(SecretFinder.Standard.MayBeIn(text));
    }

    /// <summary>Text of sessions and sources that has words of secrets, hashes and ids, and no secret.</summary>
    [Theory]
    [InlineData("password = get_password(user)")]
    [InlineData("self.api_key = config.api_key")]
    [InlineData("def login(user: str, password: str, token: Optional[str] = None):")]
    [InlineData("password: The password of the user, at least 8 characters")]
    [InlineData("DB_PASSWORD=changeme API_KEY=your-api-key-here SECRET=<secret>")]
    [InlineData("export TOKEN=$GITHUB_TOKEN PASSWORD=${DB_PASSWORD} KEY=%KEY%")]
    [InlineData("postgres://user:password@localhost:5432/app")]
    [InlineData("http://localhost:8080/@scope/package")]
    [InlineData("https://example.com:443/a@b")]
    [InlineData("max_tokens: 4096, token_count = 12345678, next_token = tokens[i + 1]")]
    [InlineData("token = self.tokens[index].value if token.type == 'IDENTIFIER' else None")]
    [InlineData("commit da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("id 3fa85f64-5717-4562-b3fc-2c963f66afa6 in /usr/lib/python3.12/site-packages/requests_toolbelt/auth")]
    [InlineData("integrity sha512-9f8bXk2mWl0zYtB1V3cQ5dR7eS9gT2hU4iV6jW8kX0lY1mZ3nA5oB7pC9qD1rE3sF5tG7uH9vI1wJ3xK5yL7z==")]
    [InlineData("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")]
    [InlineData("The Authorization header must be 'Bearer <token>'.")]
    [InlineData("secret_key = os.environ['SECRET_KEY']")]
    [InlineData("{% csrf_token %} {{ form.password.label_tag }} name=\"password\" type=\"password\"")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIBkTCB+wIJAL")]
    [InlineData("grep -rn '-----BEGIN RSA PRIVATE KEY-----' . && echo none")]
    [InlineData("curl -u user:password https://example.com && mysql -u root -p app")]
    [InlineData("[\"--password\", \"--token\", \"password\"]")]
    [InlineData("sk-learn and sk-toolkit-for-everything-you-need-to-learn-now")]
    public void Code_prose_hashes_and_placeholders_are_no_secrets(string text) => Assert.Equal(text, Door.Replace(text));

    /// <summary>Programs look like JSON where they write objects.</summary>
    [Theory]
    [InlineData("{\"api_key\": \"secret2\"},\n)\nprint(f\"\\nTuple test: {result2}\")")]
    [InlineData("{\"api_key\": \"your-api-key\"}]\nprint(f\"9. Complex structure:\")")]
    [InlineData("if kind == \"password\":\n    raise ValueError(\"Wrong 12 letters\")")]
    [InlineData("x = {\"secret\": [\"changeme\"], **y}; print(\"Step 3 done\")")]
    [InlineData("x = {\"secret\": read(\"changeme\")}; print(\"Step 3 done\")")]
    [InlineData("{\"password\": null, **x}\nlog(\"found: {n1}\")")]
    public void A_name_says_nothing_of_strings_behind_its_value(string program) => Assert.Equal(program, Door.Replace(program));

    [Theory]
    [InlineData("{\"password\":\n  \"*\"}")]
    [InlineData("{\"password\" : [\"*\"], \"x\": \"1\"}")]
    [InlineData("{\"password\": [null, -1.5, [\"changeme\"], \"*\"]}")]
    [InlineData("{\"a\": [1, {\"api_key\": \"*\"}], \"b\": \"build 12 of 15\"}")]
    [InlineData("login = {\"password\": SecretStr(\"*\")}")]
    [InlineData("login = {\"password\": os.getenv(\"DB_PASSWORD\", \"*\")}")]
    public void The_value_of_a_name_is_hidden_wherever_its_string_is(string text)
    {
        var shown = Door.Replace(text.Replace("*", "hunter2-moth"));

        Assert.Matches("^" + System.Text.RegularExpressions.Regex.Escape(text).Replace("\\*", @"\[redacted:[a-z-]+\]") + "$", shown);
    }

    [Theory]
    [InlineData("password", "hunter2-moth", true)]
    [InlineData("clientSecret", "q8R~xTz0Lm", true)]
    [InlineData("x-api-key", "a1b2c3d4e5f6", true)]
    [InlineData("password", "string", false)]
    [InlineData("token_type", "bearer8", false)]
    [InlineData("tokens", "1a2b3c4d5e6f7a8b9c0d", false)]
    [InlineData("path", "hunter2-moth", false)]
    [InlineData("session_id", "ses-9f8e7d6c5b4a3210ffee", false)]
    [InlineData("sessionId", "3fa85f64-5717-4562-b3fc-2c963f66afa6", false)]
    [InlineData("call_id", "toolu_01A09q90qw90lq917835lq9", false)]
    public void A_property_name_says_that_its_string_is_a_secret(string name, string value, bool isHidden) =>
        Assert.Equal(isHidden, Door.Replace(value, name).StartsWith("[redacted:", StringComparison.Ordinal));

    [Theory]
    [InlineData("mail bo@example.com", "mail [redacted:email]")]
    [InlineData("call +49 30 123456-78 now", "call [redacted:phone] now")]
    [InlineData("card 4111 1111 1111 1111.", "card [redacted:card-number].")]
    [InlineData("card 4111 1111 1111 1112.", "card 4111 1111 1111 1112.")]
    [InlineData("to DE89 3704 0044 0532 0130 00", "to [redacted:iban]")]
    [InlineData("to DE88 3704 0044 0532 0130 00", "to DE88 3704 0044 0532 0130 00")]
    [InlineData("2026-11-29 12:34:56.789 1733000000000", "2026-11-29 12:34:56.789 1733000000000")]
    public void Personal_data_is_hidden_only_if_that_is_asked_for(string text, string hidden)
    {
        Assert.Equal(text, Door.Replace(text));
        Assert.Equal(hidden, new OutgoingDoor(new SecretFinder(new() { HidesPersonalData = true })).Replace(text));
    }

    [Fact]
    public void A_private_key_without_its_end_is_hidden()
    {
        var key = PlantedSecrets.PrivateKey(new Random(1));

        Assert.Equal("cat id_rsa\n[redacted:private-key]", Door.Replace("cat id_rsa\n" + key[..150]));
    }

    [Fact]
    public void A_text_full_of_keywords_is_read_in_one_pass()
    {
        var text = string.Concat(
            Enumerable.Repeat("password token secret key sk- ghp_ :// authorization bearer -----begin \\\" {\"a\":1} ", 20_000)
        );

        Assert.Equal(text, Door.Replace(text));
    }

    /// <summary>Each of these would be looked at in a window of its own, which took minutes.</summary>
    [Theory]
    [InlineData("discord ")]
    [InlineData("cookie: sess=")]
    [InlineData("curl -u ")]
    [InlineData("telegram\n")]
    [InlineData("-----BEGIN PRIVATE KEY-----")]
    [InlineData("kind: secret data: ")]
    [InlineData("mysql -u ")]
    public void A_keyword_that_is_repeated_is_looked_at_once_in_each_stretch(string keyword)
    {
        var text = string.Concat(Enumerable.Repeat(keyword, 8_000_000 / keyword.Length / 8));

        Assert.DoesNotContain("github", Door.Replace(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ghp_7tBq0WzXr4nLk2VfHs9J\ndYc6MpGa1eUo3TiR and then ghp_Zx0pLm2QwErTy5UiOa7SdFg9HjKl1ZxCvBn3")]
    [InlineData("ghp_short ghp_Zx0pLm2QwErTy5UiOa7SdFg9HjKl1ZxCvBn3 ghp_7tBq0WzXr4nLk2VfHs9J\ndYc6MpGa1eUo3TiR")]
    public void One_key_does_not_keep_another_from_being_found(string text)
    {
        var shown = Door.Replace(text);

        Assert.Equal(2, System.Text.RegularExpressions.Regex.Count(shown, @"\[redacted:github-pat\]"));
        Assert.DoesNotContain("Lk2Vf", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("rTy5U", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void The_words_of_a_secret_are_blanks_where_it_is_searched_and_all_else_stays_where_it_is()
    {
        var json = """{"a":"é lamp","password":"hünter2-moth","b":"shade"}""";

        var blank = new OutgoingDoor(SecretFinder.Standard).Blank(System.Text.Encoding.UTF8.GetBytes(json), isJson: true)!;

        Assert.Equal(json.Replace("hünter2-moth", new string(' ', 13)), System.Text.Encoding.UTF8.GetString(blank));
    }

    [Theory]
    [InlineData("the moth-lamp-7 of ann@example.com is ghp_7tBq0WzXr4nLk2VfHs9JdYc6MpGa1eUo3TiR", "the # of # is @")]
    [InlineData("""{"Authorization":"Basic Ym86MTBTNDF3NGpnZ1BtcHE=","password":"hunter2-shade"}""", "@")]
    [InlineData("bW90aC1sYW1wLTcgaXMgdGhlIHBhc3N3b3Jk", "#")]
    public void What_options_add_is_found_without_the_standard_secrets(string text, string shown)
    {
        var all = new SecretFinder(new() { Values = ["moth-lamp-7"], HidesPersonalData = true });

        var added = new OutgoingDoor(all).OfAdded.Replace(text);

        Assert.Matches(
            $"^{shown.Replace("#", @"\[redacted:[a-z-]+\]", StringComparison.Ordinal).Replace("@", ".*", StringComparison.Ordinal)}$",
            added
        );
        foreach (var standard in (string[])["ghp_7tBq0WzXr4nLk2VfHs9JdYc6MpGa1eUo3TiR", "Ym86MTBTNDF3NGpnZ1BtcHE=", "hunter2-shade"])
            Assert.Equal(text.Contains(standard, StringComparison.Ordinal), added.Contains(standard, StringComparison.Ordinal));
    }
}
