using System.Globalization;
using System.Text;

namespace ChatSessions.Tests.Condensing;

/// <summary>Generates texts like those that agents write and tools print. The same seed gives the same texts.</summary>
internal sealed class AgentTexts(int seed)
{
    private static readonly string[] Nouns =
        "order parser session cursor index token buffer schema window record cache ledger socket header column budget frame worker retry queue".Split(
            ' '
        );

    private static readonly string[] Verbs = "read write merge split check close open flush count match trim sort load bind send".Split(
        ' '
    );

    private static readonly string[] Plain =
        "the it a when that which of is with not and there so only because before after where each still now then from in to for".Split(
            ' '
        );

    private static readonly string[] Cjk =
        "订单 会话 测试 失败 缓存 索引 文件 没有 找到 因为 然后 読み込み エラー 設定 変更 確認 した ので まだ です 결과 파일 오류".Split(
            ' '
        );

    private readonly Random random = new(seed);

    /// <summary>A random number from 0 to below the limit.</summary>
    public int Below(int limit) => random.Next(limit);

    public string Name() => $"{One(Verbs)}_{One(Nouns)}";

    public string Path() => $"src/{One(Nouns)}/{One(Verbs)}_{One(Nouns)}.py";

    /// <summary>Sentences with this many words.</summary>
    public string Prose(int words, bool isCjk = false)
    {
        var text = new StringBuilder();
        for (var word = 0; word < words; word++)
        {
            var next =
                isCjk ? One(Cjk)
                : Below(3) == 0 ? One(Nouns)
                : Below(5) == 0 ? $"`{Name()}`"
                : One(Plain);
            text.Append(next)
                .Append(
                    word % 11 == 10 || word == words - 1
                        ? isCjk
                            ? "。"
                            : ". "
                        : isCjk
                            ? ""
                            : " "
                );
        }
        return text.ToString().TrimEnd();
    }

    /// <summary>A source file.</summary>
    public string Code(int lines)
    {
        var text = new StringBuilder("import json\nfrom typing import Any\n");
        while (lines-- > 0)
            text.Append(
                Below(6) switch
                {
                    0 => $"\n    def {Name()}(self, {One(Nouns)}: str, {One(Nouns)}=None) -> Any:\n        \"\"\"{Prose(8)}\"\"\"\n",
                    1 =>
                        $"        if {One(Nouns)} is None or not self.{Name()}({One(Nouns)}):\n            return \"{One(Nouns)} {Below(900)}\"\n",
                    2 => $"        self.{One(Nouns)}[{Below(90)}] = {Name()}({One(Nouns)}, \"{One(Nouns)}\")\n",
                    3 => $"        for {One(Nouns)} in self.{One(Nouns)}s:\n            {One(Nouns)}.{One(Verbs)}({Below(99)})\n",
                    4 => $"        # {Prose(9)}\n",
                    _ => $"        {One(Nouns)} = {One(Nouns)}.{One(Verbs)}(key=\"{Name()}\")\n",
                }
            );
        return text.ToString();
    }

    /// <summary>A folder, as listed by <c>ls -la</c>.</summary>
    public string Listing(int files)
    {
        var text = new StringBuilder($"total {files * 8}\n");
        for (var file = 0; file < files; file++)
            text.Append(
                CultureInfo.InvariantCulture,
                $"-rw-r--r-- 1 agent agent {Below(90_000), 6} May {Below(28) + 1, 2} 1{Below(9)}:{Below(50) + 10} {Name()}.{One(["py", "md", "toml", "json"])}\n"
            );
        return text.ToString();
    }

    /// <summary>Matches, as printed by <c>grep -rn</c>.</summary>
    public string Matches(int count) =>
        string.Concat(
            Enumerable.Range(0, count).Select(_ => $"{Path()}:{Below(700)}:    {One(Nouns)} = self.{Name()}({One(Nouns)}, {Below(40)})\n")
        );

    /// <summary>The output of a test run.</summary>
    public string TestRun(int tests, bool isFailed)
    {
        var text = new StringBuilder($"============ test session starts ============\ncollected {tests} items\n\n");
        for (var test = 0; test < tests; test += 6)
            text.Append(CultureInfo.InvariantCulture, $"tests/test_{One(Nouns)}.py ......    [{100 * test / tests, 3}%]\n");
        if (!isFailed)
            return text.Append(CultureInfo.InvariantCulture, $"============ {tests} passed in {Below(60)}.{Below(99)}s ============\n")
                .ToString();
        var name = Name();
        return text.Append(
                CultureInfo.InvariantCulture,
                $"\n    def test_{name}(self):\n>       assert {Name()}({Below(99)}) == \"{One(Nouns)}\"\n{Traceback(3)}\nFAILED tests/test_{name}.py::test_{name} - AssertionError: '{One(Nouns)}' != {Below(900)}\n"
            )
            .ToString();
    }

    public string Traceback(int frames) =>
        "Traceback (most recent call last):\n"
        + string.Concat(
            Enumerable
                .Range(0, frames)
                .Select(_ => $"  File \"{Path()}\", line {Below(400)}, in {Name()}\n    return {Name()}({One(Nouns)})\n")
        )
        + $"KeyError: '{Name()}_{Below(1000)}'";

    /// <summary>A change, as printed by <c>git diff</c>.</summary>
    public string Diff(int hunks)
    {
        var path = Path();
        var text = new StringBuilder($"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n");
        while (hunks-- > 0)
            text.Append(
                CultureInfo.InvariantCulture,
                $"@@ -{Below(300)},7 +{Below(300)},9 @@\n{Code(2)}-        return {Name()}({One(Nouns)})\n+        return {Name()}({One(Nouns)}, {Below(9)})\n"
            );
        return text.ToString();
    }

    /// <summary>JSON rows of one shape, like the result of a query.</summary>
    public string Rows(int count) =>
        $"[{string.Join(",", Enumerable.Range(0, count).Select(row => $$$"""{"id":"{{{One(Nouns)}}}-{{{row}}}","status":"{{{One(["open", "paid", "shipped"])}}}","total":{{{Below(9000)}}},"note":null,"items":[{"sku":"{{{Name()}}}","count":{{{Below(9)}}}}],"at":"2026-0{{{Below(8) + 1}}}-1{{{Below(9)}}}T08:00:00Z"}"""))}]";

    public T One<T>(IReadOnlyList<T> from) => from[Below(from.Count)];
}
