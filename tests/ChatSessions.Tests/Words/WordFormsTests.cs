using ChatSessions.Words;
using Xunit;

namespace ChatSessions.Tests.Words;

public sealed class WordFormsTests
{
    [Theory]
    [InlineData("crash crashes crashed crashing")]
    [InlineData("migration migrations")]
    [InlineData("timeout timeouts")]
    [InlineData("test tests tested testing")]
    [InlineData("fail fails failed failing")]
    [InlineData("log logs logged logging")]
    [InlineData("fix fixes fixed fixing")]
    [InlineData("bug bugs")]
    [InlineData("cache caches cached caching")]
    [InlineData("attach attaches attached attaching")]
    [InlineData("patch patches patched patching")]
    [InlineData("approach approaches approached approaching")]
    [InlineData("query queries queried querying")]
    [InlineData("retry retries retried retrying")]
    [InlineData("die dies died")]
    [InlineData("deploy deploys deployed deploying")]
    [InlineData("note notes noted noting")]
    [InlineData("type types typed typing")]
    [InlineData("use uses used using")]
    [InlineData("parse parses parsed parsing")]
    [InlineData("close closes closed closing")]
    [InlineData("focus focuses focused focusing")]
    [InlineData("alias aliases aliased aliasing")]
    [InlineData("status statuses")]
    [InlineData("class classes")]
    [InlineData("process processes processed processing")]
    [InlineData("stop stops stopped stopping")]
    [InlineData("commit commits committed committing")]
    [InlineData("open opens opened opening")]
    [InlineData("cancel cancels canceled cancelled canceling cancelling")]
    [InlineData("call calls called calling")]
    [InlineData("install installs installed installing")]
    [InlineData("add adds added adding")]
    [InlineData("err errs erred erring")]
    [InlineData("embed embeds embedded embedding")]
    [InlineData("handle handles handled handling")]
    [InlineData("curl curls curled curling")]
    [InlineData("queue queues queued queuing queueing")]
    [InlineData("quote quotes quoted quoting")]
    [InlineData("require requires required requiring")]
    [InlineData("change changes changed changing")]
    [InlineData("merge merges merged merging")]
    [InlineData("string strings")]
    [InlineData("warning warnings")]
    [InlineData("setting settings")]
    [InlineData("set sets setting")]
    [InlineData("resolve resolves resolved resolving")]
    [InlineData("analyze analyzes analyzed analyzing")]
    [InlineData("panic panics panicked panicking")]
    [InlineData("paste pastes pasted pasting")]
    [InlineData("agree agrees agreed agreeing")]
    [InlineData("exceed exceeds exceeded exceeding")]
    [InlineData("echo echoes echoed echoing")]
    [InlineData("repo repos")]
    [InlineData("update updates updated updating")]
    [InlineData("create creates created creating")]
    [InlineData("load loads loaded loading")]
    [InlineData("filter filters filtered filtering")]
    [InlineData("work works worked working")]
    [InlineData("invoke invokes invoked invoking")]
    [InlineData("sync syncs synced syncing")]
    [InlineData("trace traces traced tracing")]
    [InlineData("dance dances danced dancing")]
    [InlineData("plan plans planned planning")]
    [InlineData("plane planes planed planing")]
    [InlineData("api apis")]
    public void Forms_of_a_word_are_told_from_each_other_form(string forms)
    {
        var all = forms.Split(' ');

        // The first is the word without an ending.
        Assert.All(all[1..], form => Assert.Contains(form, WordForms.Of(all[0])));
        Assert.All(all[1..], form => Assert.Contains(all[0], WordForms.Of(form)));
    }

    [Theory]
    [InlineData("crashes", "crashing")]
    [InlineData("caches", "caching")]
    [InlineData("queries", "querying")]
    [InlineData("stops", "stopped")]
    [InlineData("noted", "noting")]
    [InlineData("uses", "using")]
    [InlineData("committed", "commits")]
    public void Forms_with_endings_are_told_from_each_other(string one, string other)
    {
        Assert.Contains(other, WordForms.Of(one));
        Assert.Contains(one, WordForms.Of(other));
    }

    [Theory]
    [InlineData("news", "new")]
    [InlineData("lens", "len")]
    [InlineData("process", "proces")]
    [InlineData("class", "clas")]
    [InlineData("string", "sting")]
    [InlineData("string", "str")]
    [InlineData("substring", "substr")]
    [InlineData("spring", "spr")]
    [InlineData("thing", "th")]
    [InlineData("https", "http")]
    [InlineData("status", "statu")]
    [InlineData("redis", "redi")]
    [InlineData("alias", "alia")]
    [InlineData("canvas", "canva")]
    [InlineData("pandas", "panda")]
    [InlineData("notes", "not")]
    [InlineData("noted", "not")]
    [InlineData("planes", "plan")]
    [InlineData("planed", "plan")]
    [InlineData("planned", "plane")]
    [InlineData("cases", "cas")]
    [InlineData("nodes", "nod")]
    [InlineData("coded", "cod")]
    [InlineData("sites", "sit")]
    [InlineData("cares", "car")]
    [InlineData("piped", "pip")]
    [InlineData("stated", "stat")]
    [InlineData("pasted", "past")]
    [InlineData("tracing", "trac")]
    [InlineData("used", "us")]
    [InlineData("ads", "add")]
    [InlineData("added", "ad")]
    [InlineData("called", "cal")]
    [InlineData("passed", "pas")]
    [InlineData("feed", "fee")]
    [InlineData("need", "nee")]
    [InlineData("speed", "spee")]
    [InlineData("embed", "emb")]
    [InlineData("evening", "even")]
    [InlineData("incoming", "income")]
    [InlineData("united", "unit")]
    [InlineData("locale", "local")]
    [InlineData("locales", "local")]
    [InlineData("user", "use")]
    [InlineData("tester", "test")]
    [InlineData("format", "form")]
    [InlineData("port", "portal")]
    [InlineData("state", "stat")]
    [InlineData("test", "text")]
    [InlineData("host", "hostel")]
    [InlineData("settings", "set")]
    public void Other_words_are_no_forms(string one, string other)
    {
        Assert.DoesNotContain(other, WordForms.Of(one));
        Assert.DoesNotContain(one, WordForms.Of(other));
    }

    [Theory]
    [InlineData("")]
    [InlineData("id")]
    [InlineData("a")]
    [InlineData("does")]
    [InlineData("was")]
    [InlineData("css")]
    [InlineData("e11000")]
    [InlineData("utf8")]
    [InlineData("schöne")]
    [InlineData("größen")]
    [InlineData("ошибки")]
    [InlineData("数据库")]
    [InlineData("pneumonoultramicroscopicsilicovolcanoconiosis")]
    public void A_word_of_another_kind_has_no_forms(string word) => Assert.Empty(WordForms.Of(word));

    [Fact]
    public void A_form_of_a_word_has_the_word_as_a_form_and_there_are_few()
    {
        var (seen, next) = (new HashSet<string>(), new Queue<string>(Roots.Split(' ')));
        while (next.TryDequeue(out var word))
        {
            var forms = WordForms.Of(word);
            Assert.True(forms.Count < 16, $"{word}: {string.Join(' ', forms)}");
            Assert.DoesNotContain(word, forms);
            Assert.Equal(forms.Count, forms.Distinct().Count());
            foreach (var form in forms)
            {
                Assert.Contains(word, WordForms.Of(form));
                if (seen.Add(form) && seen.Count < 5_000)
                    next.Enqueue(form);
            }
        }
        Assert.True(seen.Count > 300, $"{seen.Count}");
    }

    [Fact]
    public void No_letters_at_random_break_it()
    {
        var random = new Random(3);
        for (var n = 0; n < 20_000; n++)
        {
            var word = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => "aeiouybcdglnprstx"[random.Next(17)]));
            var ending = (string[])["", "s", "es", "ies", "ed", "ied", "eed", "ing", "ss", "us"];
            word += ending[random.Next(ending.Length)];

            var forms = WordForms.Of(word);

            Assert.InRange(forms.Count, 0, 16);
            Assert.All(forms, form => Assert.Equal(word[..1], form[..1]));
        }
    }

    private const string Roots =
        "crash migrate timeout test log fix cache attach query retry die deploy note type use parse close focus alias status class process stop commit open "
        + "cancel call install add err egg embed handle curl queue quote require change merge string set resolve analyze panic paste agree exceed echo repo "
        + "update create load filter work invoke sync plan plane menu rate refer buzz quiz free boss box wish bathe singe hang fill file state plot pilot visit "
        + "delete enter entry key guess bus gas lens news ski taxi veto shoe toe canoe tie dye eye buy say show fax hex waltz size prize";
}
