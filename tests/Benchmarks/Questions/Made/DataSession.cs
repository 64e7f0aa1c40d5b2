using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ChatSessions.Model;

namespace Benchmarks.Questions.Made;

/// <summary>An analysis of sales with tables of many rows, in which one row is wrong, and so was the first conclusion.</summary>
internal static class DataSession
{
    private static readonly string[] Shops =
    [
        "Altona",
        "Brixton",
        "Cascais",
        "Drammen",
        "Esbjerg",
        "Faro",
        "Ghent",
        "Haarlem",
        "Ischia",
        "Jerez",
        "Kassel",
        "Leith",
    ];

    public static Session Make()
    {
        var random = new Random(303);
        return new Recording("ses-made-data", "Why did revenue jump in week 14?")
            .User(
                "Revenue jumped in week 14. Find out why. The database is warehouse.duckdb, table sales. I need one number for the report: revenue of week 14, corrected if something is wrong with it."
            )
            .Use(
                "sql",
                Query("describe sales"),
                "column_name | column_type\n----------- | -----------\nday         | DATE\nshop        | VARCHAR\narticle     | VARCHAR\nquantity    | INTEGER\nprice_cents | BIGINT\nvoid        | BOOLEAN\nsource      | VARCHAR\n(7 rows)"
            )
            .Use(
                "sql",
                Query(
                    "select week(day) as week, shop, sum(quantity*price_cents)/100 as revenue from sales group by all order by week, shop"
                ),
                Weeks(random)
            )
            .Think(
                "Week 14 at Jerez stands out: 2,470,112.40 while its other weeks are near 30,000. It is one shop, so a campaign is unlikely. I look at the single rows."
            )
            .Use(
                "sql",
                Query("select * from sales where shop='Jerez' and week(day)=14 order by quantity*price_cents desc limit 40"),
                Rows(random)
            )
            .Use(
                "sql",
                Query(
                    "select article, count(*) as sales, sum(quantity) as pieces, sum(quantity*price_cents)/100 as revenue from sales where week(day)=14 group by all order by article limit 260"
                ),
                Articles(random)
            )
            .Use(
                "sql",
                Query(
                    "select day, hour(at) as hour, count(*) as receipts, avg(quantity) as mean from sales join receipts using (receipt) where shop='Jerez' group by all order by day, hour"
                ),
                Hours(random)
            )
            .Think("Receipts by the hour look as in any other week, so there were not more customers. The jump has to be a single entry.")
            .Say(
                "One row explains the jump: article TB-0915 in Jerez on 2 April, quantity 81,600. It looks like the barcode was scanned into the quantity field."
            )
            .Use(
                "sql",
                Query(
                    "select sum(quantity*price_cents)/100 as revenue from sales where week(day)=14 and not (shop='Jerez' and article='TB-0915')"
                ),
                "revenue\n---------\n341886.35\n(1 row)"
            )
            .Say("Without that row, revenue of week 14 is 341,886.35.")
            .Stop(5)
            .User("Are voided sales in there? They should not count.")
            .Think(
                "I forgot the column void. All sums so far include voided rows, so the figure I gave is too high. I also removed every row of the article in that shop, not only the wrong one, which is a second mistake."
            )
            .Use(
                "sql",
                Query(
                    "select sum(quantity*price_cents)/100 as revenue, count(*) as n from sales where week(day)=14 and not void and not (shop='Jerez' and article='TB-0915' and quantity=81600)"
                ),
                "revenue   | n\n--------- | ----\n338204.10 | 5127\n(1 row)"
            )
            .Use(
                "python",
                new JsonObject
                {
                    ["code"] =
                        "import duckdb, pandas as pd\ncon = duckdb.connect('warehouse.duckdb', read_only=True)\ndf = con.sql(\"select * from sales where week(day)=14 and not void\").df()\nprint(df.groupby('source').quantity.describe().to_string())",
                },
                "Traceback (most recent call last):\n  File \"<stdin>\", line 2, in <module>\nduckdb.duckdb.IOException: IO Error: Could not set lock on file \"warehouse.duckdb\": Conflicting lock is held in /usr/bin/duckdb (PID 41877)"
            )
            .Use(
                "python",
                new JsonObject
                {
                    ["code"] =
                        "import pandas as pd\ndf = pd.read_parquet('export/sales_w14.parquet')\nprint(df[~df.void].groupby('source').quantity.describe().to_string())",
                },
                "           count      mean         std  min  25%  50%  75%      max\nsource                                                             \nhandheld  1893.0  44.90491  1875.41233  1.0  1.0  1.0  2.0  81600.0\ntill      3235.0   1.61267     1.00412  1.0  1.0  1.0  2.0      9.0"
            )
            .Say(
                "You are right, and I made two mistakes: I counted voided rows, and I dropped all rows of TB-0915 in Jerez instead of the one with quantity 81,600. The corrected revenue of week 14 is **338,204.10** from 5,127 rows. The wrong row came from a handheld scanner; tills never exceed a quantity of 9."
            )
            .Stop(6)
            .User("Good. Write that down as a note for Marit, who takes over.")
            .Use(
                "write_file",
                new JsonObject
                {
                    ["path"] = "notes/week14.md",
                    ["content"] =
                        "# Week 14\n- report 338,204.10, not 341,886.35\n- row to be deleted by the shop: rowid 2290417 (Jerez, TB-0915, 2 April)\n- to do: check weeks 15 and 16 for handheld quantities above 500\n- to do: ask the vendor for a quantity limit in firmware 3.8",
                },
                new JsonObject { ["bytes_written"] = 241 }
            )
            .Say(
                "The note is in notes/week14.md. Marit still has to check weeks 15 and 16 for handheld quantities above 500, and to ask the vendor for a limit in firmware 3.8."
            )
            .Stop(2)
            .Finish();
    }

    private static JsonObject Query(string text) => new() { ["query"] = text };

    private static string Weeks(Random random)
    {
        var table = new StringBuilder("week | shop     | revenue\n---- | -------- | ----------\n");
        for (var week = 1; week <= 18; week++)
            foreach (var shop in Shops)
                table.Append(
                    CultureInfo.InvariantCulture,
                    $"{week, 4} | {shop, -8} | {(week == 14 && shop == "Jerez" ? 2_470_112.40 : 24_000 + (random.NextDouble() * 9_000)), 10:F2}\n"
                );
        return table.Append("(216 rows)").ToString();
    }

    private static string Articles(Random random)
    {
        var table = new StringBuilder("article | sales | pieces | revenue\n------- | ----- | ------ | ----------\n");
        for (var article = 0; article < 260; article++)
        {
            var sales = random.Next(3, 60);
            table.Append(
                CultureInfo.InvariantCulture,
                $"{(char)('A' + (article / 10))}{(char)('A' + random.Next(26))}-{random.Next(1_000):D4} | {sales, 5} | {sales + random.Next(40), 6} | {sales * (3 + (random.NextDouble() * 60)), 10:F2}\n"
            );
        }
        return table.Append("(260 rows)").ToString();
    }

    private static string Hours(Random random)
    {
        var table = new StringBuilder("day        | hour | receipts | mean\n");
        for (var day = 1; day <= 28; day++)
        for (var hour = 9; hour < 20; hour++)
            table.Append(
                CultureInfo.InvariantCulture,
                $"2026-04-{day:D2} | {hour, 4} | {random.Next(4, 38), 8} | {1 + random.NextDouble():F3}\n"
            );
        return table.Append("(308 rows)").ToString();
    }

    private static string Rows(Random random)
    {
        var table = new StringBuilder("rowid   | day        | shop  | article | quantity | price_cents | void  | source\n");
        for (var row = 0; row < 40; row++)
            table.Append(
                row == 0
                    ? "2290417 | 2026-04-02 | Jerez | TB-0915 |    81600 |        2990 | false | handheld\n"
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"{2_288_000 + random.Next(9_000)} | 2026-04-0{random.Next(1, 6)} | Jerez | {(char)('A' + random.Next(26))}{(char)('A' + random.Next(26))}-{random.Next(1_000):D4} | {random.Next(1, 9), 8} | {random.Next(199, 8_999), 11} | {(random.Next(20) == 0 ? "true " : "false")} | till\n"
                    )
            );
        return table.Append("(40 rows)").ToString();
    }
}
