using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ChatSessions.Model;

namespace Benchmarks.Questions.Made;

/// <summary>An agent that fills in forms on web pages; each page comes as one line of tens of kilobytes.</summary>
internal static class BrowserSession
{
    private static readonly string[] Labels =
    [
        "Opening hours",
        "Waste and recycling",
        "Parking permits",
        "Library cards",
        "Playgrounds",
        "Dog licence",
        "Elections",
        "Street works",
        "Water supply",
        "Events",
    ];

    public static Session Make()
    {
        var random = new Random(202);
        return new Recording("ses-made-browser", "Renew a resident parking permit")
            .User(
                "Please renew my resident's parking permit on the city's site. The plate is KX-4471, my address is Lindenweg 12. Do not pay more than 60 for it."
            )
            .Say("I will open the city's site and look for permits.")
            .Use(
                "browser_navigate",
                new JsonObject { ["url"] = "https://www.example-city.test/services" },
                Page(random, "Services A to Z", 30_000, "<a id=\"svc-0417\" href=\"/services/parking/renew\">Renew a parking permit</a>")
            )
            .Use(
                "browser_click",
                new JsonObject { ["selector"] = "#svc-0417" },
                Page(
                    random,
                    "Renew a parking permit",
                    24_000,
                    "<form id=\"renew\" action=\"/permit/step2\"><input name=\"plate\"/><input name=\"street\"/><select name=\"term\"><option value=\"6\">6 months, 34.00</option><option value=\"12\">12 months, 58.00</option><option value=\"24\">24 months, 104.00</option></select></form>"
                )
            )
            .Think(
                "The site offers 6, 12 and 24 months. I take twelve months for 58.00, because 24 months at 104.00 is above the limit of 60 and six months would have to be renewed again in winter."
            )
            .Use(
                "browser_type",
                new JsonObject { ["selector"] = "input[name=plate]", ["text"] = "KX-4471" },
                new JsonObject { ["ok"] = true }
            )
            .Use(
                "browser_type",
                new JsonObject { ["selector"] = "input[name=street]", ["text"] = "Lindenweg 12" },
                new JsonObject { ["ok"] = true }
            )
            .Use(
                "browser_select",
                new JsonObject { ["selector"] = "select[name=term]", ["value"] = "12" },
                new JsonObject { ["ok"] = true }
            )
            .Use(
                "browser_click",
                new JsonObject { ["selector"] = "#renew button[type=submit]" },
                Page(
                    random,
                    "Please check your entries",
                    42_000,
                    "<div class=\"form-error\" role=\"alert\" data-code=\"PRK-208\">The plate must be written without a hyphen and with a space: KX 4471.</div>"
                )
            )
            .Say("The form refused the plate (PRK-208): it wants a space and no hyphen. I will correct that and send it again.")
            .Use(
                "browser_type",
                new JsonObject { ["selector"] = "input[name=plate]", ["text"] = "KX 4471" },
                new JsonObject { ["ok"] = true }
            )
            .Use(
                "browser_click",
                new JsonObject { ["selector"] = "#renew button[type=submit]" },
                Page(
                    random,
                    "Identify yourself",
                    55_000,
                    "<p class=\"hint\">Enter the six-digit code from the letter dated 2 March, or choose identification by eID.</p>"
                )
            )
            .Say(
                "The site asks for the six-digit code from its letter of 2 March. I do not have that code. Could you give it to me, or shall I stop here?"
            )
            .Stop(9)
            .User("The code is 730 118. I do not want to use the eID.")
            .Use(
                "browser_type",
                new JsonObject { ["selector"] = "input[name=letter_code]", ["text"] = "730118" },
                new JsonObject { ["ok"] = true }
            )
            .Use(
                "browser_click",
                new JsonObject { ["selector"] = "#identify" },
                Page(
                    random,
                    "Payment",
                    38_000,
                    "<table id=\"sum\"><tr><td>Permit, zone 7B</td><td>58.00</td></tr><tr><td>Card surcharge</td><td>2.90</td></tr><tr><td>Total by card</td><td>60.90</td></tr><tr><td>Total by direct debit</td><td>58.00</td></tr></table>"
                )
            )
            .Think(
                "By card it would be 60.90, which is above the limit. Direct debit has no surcharge, so I choose direct debit instead of the card."
            )
            .Use("browser_click", new JsonObject { ["selector"] = "input[value=direct_debit]" }, new JsonObject { ["ok"] = true })
            .Use(
                "browser_click",
                new JsonObject { ["selector"] = "#confirm" },
                Page(
                    random,
                    "Thank you",
                    27_000,
                    "<section id=\"done\"><h1>Application received</h1><p>Reference <strong>RPP-2026-088315</strong></p><p>The permit is valid from 1 June. Put the enclosed sheet behind the windscreen until the sticker arrives, about ten working days.</p></section>"
                )
            )
            .Use(
                "browser_download",
                new JsonObject { ["selector"] = "a.sheet", ["path"] = "downloads/interim-permit-7B.pdf" },
                new JsonObject { ["ok"] = true, ["bytes"] = 84_112 }
            )
            .Say(
                "The permit is renewed for twelve months, zone 7B, 58.00 by direct debit. The reference is RPP-2026-088315. Please print downloads/interim-permit-7B.pdf and put it behind the windscreen until the sticker arrives, in about ten working days."
            )
            .Stop(7)
            .Finish();
    }

    private static JsonObject Page(Random random, string title, int length, string part)
    {
        var html = new StringBuilder(length + 1_000);
        html.Append(
            CultureInfo.InvariantCulture,
            $"<html lang=\"en\"><head><title>{title}</title><script src=\"/static/app.{random.Next():x8}.js\"></script></head><body><nav class=\"main\">"
        );
        var at = (int)(length * (0.2 + (random.NextDouble() * 0.6)));
        var written = false;
        while (html.Length < length)
        {
            if (!written && html.Length > at)
            {
                html.Append(part);
                written = true;
            }
            var label = Labels[random.Next(Labels.Length)];
            html.Append(
                CultureInfo.InvariantCulture,
                $"<div class=\"card card--{random.Next(40)}\" data-track=\"{random.Next():x8}\" aria-label=\"{label}\"><a href=\"/services/{label.Replace(' ', '-').ToLowerInvariant()}/{random.Next(900)}\" tabindex=\"{random.Next(90)}\">{label}</a><svg viewBox=\"0 0 24 24\"><path d=\"M{random.Next(24)} {random.Next(24)}h{random.Next(24)}v{random.Next(24)}z\"/></svg></div>"
            );
        }
        html.Append("</nav></body></html>");
        return new JsonObject
        {
            ["url"] = "https://www.example-city.test/",
            ["title"] = title,
            ["html"] = html.ToString(),
        };
    }
}
