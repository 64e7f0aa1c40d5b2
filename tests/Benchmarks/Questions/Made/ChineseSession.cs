using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ChatSessions.Model;

namespace Benchmarks.Questions.Made;

/// <summary>A conversation in Chinese about tools that answer in English.</summary>
internal static class ChineseSession
{
    public static Session Make()
    {
        var random = new Random(606);
        return new Recording("ses-made-chinese", "订单接口超时排查")
            .User("线上订单接口从昨天下午开始经常超时，请帮我查一下原因，先不要改生产配置。")
            .Say("好的，我先看网关日志，再看数据库的慢查询。")
            .Use(
                "kubectl",
                new JsonObject { ["command"] = "kubectl -n shop logs deploy/order-api --since=24h | grep -c 'timeout'" },
                "1846"
            )
            .Use(
                "kubectl",
                new JsonObject { ["command"] = "kubectl -n shop logs deploy/order-api --since=2h --tail=160" },
                Log(
                    random,
                    160,
                    "ERROR HikariPool-1 - Connection is not available, request timed out after 30001ms (total=20, active=20, idle=0, waiting=73)"
                )
            )
            .Use("kubectl", new JsonObject { ["command"] = "kubectl -n shop logs deploy/gateway --since=2h --tail=240" }, Gateway(random))
            .Use("mysql", new JsonObject { ["query"] = "show full processlist" }, Processes(random))
            .Think("连接池已满：20 个连接全部被占用，还有 73 个请求在等待。原因不是网络，而是有查询长时间不释放连接。下一步看慢查询。")
            .Use(
                "mysql",
                new JsonObject
                {
                    ["query"] =
                        "select digest_text, count_star, avg_timer_wait/1e12 as avg_s from performance_schema.events_statements_summary_by_digest order by avg_s desc limit 3",
                },
                "digest_text | count_star | avg_s\nSELECT * FROM `order_item` WHERE DATE ( `created_at` ) = ? | 9120 | 14.8231\nSELECT `id` FROM `coupon` WHERE `user_id` = ? | 88410 | 0.0021\nUPDATE `stock` SET `qty` = ? WHERE `sku` = ? | 40122 | 0.0017"
            )
            .Say(
                "找到了：对 order_item 的查询用了 DATE(created_at)，索引 idx_created_at 因此失效，平均要 14.8 秒。这个查询来自昨天 15:20 上线的报表功能。"
            )
            .Stop(5)
            .User("那就把连接池调大到 100 可以吗？")
            .Think(
                "不建议。调大连接池只会把压力转到数据库，MySQL 的 max_connections 是 151，四个副本乘以 100 会超过上限，所以应当改写查询。"
            )
            .Say(
                "不建议调大连接池：MySQL 的 max_connections 只有 151，而 order-api 有四个副本，4×100 会直接拒绝连接。我建议把条件改成范围查询，这样可以用上索引。"
            )
            .Stop(1)
            .User("同意，请改代码，但不要部署。")
            .Use(
                "edit_file",
                new JsonObject
                {
                    ["path"] = "order-api/src/main/java/shop/report/DailyReportMapper.java",
                    ["old"] = "WHERE DATE(created_at) = #{day}",
                    ["new"] = "WHERE created_at >= #{day} AND created_at < #{day} + INTERVAL 1 DAY",
                },
                new JsonObject { ["ok"] = true }
            )
            .Use(
                "shell",
                new JsonObject { ["command"] = "mvn -q -pl order-api test -Dtest=DailyReportMapperTest" },
                "[ERROR] DailyReportMapperTest.countsOrdersOfLastDayOfMonth:58 expected: <17> but was: <16>"
            )
            .Think("差了一条：23:59:59.500 的订单。原来的测试数据用了字符串 '2026-04-30 24:00:00'，写法有误，我改测试数据而不是查询。")
            .Use(
                "edit_file",
                new JsonObject
                {
                    ["path"] = "order-api/src/test/resources/report/orders.sql",
                    ["old"] = "'2026-04-30 24:00:00'",
                    ["new"] = "'2026-04-30 23:59:59.500'",
                },
                new JsonObject { ["ok"] = true }
            )
            .Use(
                "shell",
                new JsonObject { ["command"] = "mvn -q -pl order-api test -Dtest=DailyReportMapperTest" },
                "Tests run: 6, Failures: 0, Errors: 0, Skipped: 0"
            )
            .Say(
                "修改完成，6 个测试全部通过，没有部署。剩下的事情：一、请王磊审核合并请求 !2317；二、部署后观察 HikariPool 的 waiting 是否回到 0；三、给 created_at 的函数写法加一条 SQL 检查规则。"
            )
            .Stop(7)
            .Finish();
    }

    private static string Gateway(Random random)
    {
        string[] paths = ["/api/orders", "/api/orders/{0}", "/api/cart/{0}/items", "/api/coupons?user={0}", "/api/stock/{0}"];
        var text = new StringBuilder();
        for (var number = 0; number < 240; number++)
        {
            var slow = random.Next(9) == 0;
            var path = string.Format(CultureInfo.InvariantCulture, paths[random.Next(paths.Length)], random.Next(100_000, 999_999));
            text.Append(
                CultureInfo.InvariantCulture,
                $"10.42.{random.Next(8)}.{random.Next(250)} - - [08/May/2026:09:{number / 60:D2}:{number % 60:D2} +0800] \"GET {path} HTTP/2\" {(slow ? 504 : 200)} {random.Next(90, 9_000)} upstream=order-api-{random.Next(4)} rt={(slow ? 30.001 : random.NextDouble()):F3}\n"
            );
        }
        return text.ToString();
    }

    private static string Processes(Random random)
    {
        var text = new StringBuilder("Id | User | Host | db | Command | Time | State | Info\n");
        for (var number = 0; number < 80; number++)
            text.Append(
                CultureInfo.InvariantCulture,
                $"{random.Next(70_000, 99_999)} | order_api | 10.42.{random.Next(8)}.{random.Next(250)}:{random.Next(30_000, 60_000)} | shop | {(number < 20 ? "Query" : "Sleep")} | {random.Next(1, 29)} | {(number < 20 ? "Sending data" : "")} | {(number < 20 ? $"SELECT * FROM order_item WHERE DATE(created_at) = '2026-05-0{random.Next(1, 8)}'" : "NULL")}\n"
            );
        return text.ToString();
    }

    private static string Log(Random random, int lines, string line)
    {
        string[] messages =
        [
            "INFO  OrderController - created order {0} in {1} ms",
            "INFO  StockClient - reserved sku {0} ({1} left)",
            "WARN  PaymentClient - retry {1} for order {0}",
            "DEBUG CouponService - user {0} has {1} coupons",
        ];
        var text = new StringBuilder();
        for (var number = 0; number < lines; number++)
        {
            var message =
                number % 37 == 21
                    ? line
                    : string.Format(
                        CultureInfo.InvariantCulture,
                        messages[random.Next(messages.Length)],
                        random.Next(100_000, 999_999),
                        random.Next(1, 900)
                    );
            text.Append(
                CultureInfo.InvariantCulture,
                $"2026-05-08T09:{number / 60:D2}:{number % 60:D2}.{random.Next(1_000):D3} {message}\n"
            );
        }
        return text.ToString();
    }
}
