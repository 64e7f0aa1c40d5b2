using System.Globalization;
using System.Text.Json.Nodes;
using ChatSessions.Model;

namespace Benchmarks.Questions.Made;

/// <summary>An agent that answers from a collection of lease contracts: many chunks with scores, few of which matter.</summary>
internal static class RetrievalSession
{
    private static readonly string[] Towns = ["Aarhus", "Bremen", "Coimbra", "Dijon", "Eindhoven", "Fulda", "Gdynia", "Huesca"];

    private static readonly string[] Clauses =
    [
        "The tenant shall keep the premises at {0} in good repair and shall notify the landlord in writing of any defect within {1} working days of becoming aware of it.",
        "Rent for the {0} site is payable quarterly in advance. Late payment bears interest at {1} basis points above the reference rate from the due date until receipt.",
        "The landlord insures the building at {0} against fire, storm and flood. The deductible of {1} thousand euros is borne by the tenant if the damage arises from its operations.",
        "Alterations to load-bearing walls at {0} require prior written consent. Consent is deemed refused if no answer is given within {1} days.",
        "Service charges for {0} are settled each spring against vouchers. Objections must be raised within {1} weeks of receipt of the statement.",
        "The parties shall meet in {0} at least once in {1} months to review energy use, waste and the state of the loading bays.",
    ];

    public static Session Make()
    {
        var random = new Random(101);
        var recording = new Recording("ses-made-retrieval", "Which leases can we leave early?");
        recording.User(
            "Go through our warehouse leases. Which of them can we leave early, and what would that cost? Please cite the file and section each time."
        );
        recording.Think(
            "The collection is large. I will search for break options first, then for notice periods, and read each hit in full before I cite it."
        );
        Retrieve(
            recording,
            random,
            "early termination break option",
            2,
            "lease-gdynia-2019.pdf",
            "14.2",
            "The tenant may terminate this lease with effect from 30 June 2027 (the Break Date) by giving not less than nine months' notice. On exercise it pays a break fee of EUR 184,500, reduced by one twelfth for each full month of notice beyond nine."
        );
        Retrieve(
            recording,
            random,
            "termination before end of term",
            5,
            "lease-huesca-2021.pdf",
            "9.1",
            "There is no right of ordinary termination during the fixed term, which ends on 31 December 2029."
        );
        recording.Say(
            "Two leases answer this so far. **Gdynia** (lease-gdynia-2019.pdf, section 14.2) has a break date of 30 June 2027 against a fee of EUR 184,500. **Huesca** (lease-huesca-2021.pdf, section 9.1) cannot be left before the end of 2029."
        );
        recording.Stop(3);

        recording.User("By when must the notice for Gdynia be with the landlord?");
        Retrieve(
            recording,
            random,
            "Gdynia notice form delivery address",
            4,
            "lease-gdynia-2019.pdf",
            "22.5",
            "Notices are valid only by registered letter to Portowa Nieruchomości sp. z o.o., ul. Kielecka 7, and count from the day of receipt, not of dispatch. E-mail does not suffice."
        );
        recording.Say(
            "Nine months before 30 June 2027 is 30 September 2026. Section 22.5 counts from receipt and wants a registered letter, so I would post it by 15 September 2026 at the latest."
        );
        recording.Stop(2);

        recording.User("Is there an amendment that changes any of this?");
        Retrieve(
            recording,
            random,
            "Gdynia amendment addendum",
            1,
            "gdynia-addendum-2-signed.pdf",
            "3",
            "In section 14.2 the words 'nine months' are replaced by 'twelve months'. All other provisions remain in force."
        );
        recording.Think(
            "This changes my earlier answer: the second addendum lengthens the notice to twelve months, so the last day moves forward to 30 June 2026. I must correct what I said because the old date would be three months too late."
        );
        recording.Say(
            "Yes, and it corrects my last answer. The second addendum (gdynia-addendum-2-signed.pdf, clause 3) replaces nine by twelve months, so the letter must arrive by **30 June 2026**."
        );
        recording.Stop(2);

        string[][] rest =
        [
            [
                "What about Coimbra and Dijon?",
                "Coimbra Dijon termination",
                "lease-dijon-2018.pdf",
                "L.4",
                "Le preneur may give notice at the end of each three-year period; the next such date is 14 March 2027. No fee is due, but the site must be returned without the mezzanine.",
                "Dijon can be left on 14 March 2027 without a fee, but the mezzanine must be removed (lease-dijon-2018.pdf, L.4). For Coimbra I found no signed lease at all, only a draft, so I do not count it.",
            ],
            [
                "What does removing the mezzanine cost?",
                "mezzanine removal quotation",
                "quote-levasseur-0418.pdf",
                "p. 2",
                "Dismantling of 640 m² of steel mezzanine including disposal: EUR 57,300 net, valid until 31 July.",
                "There is one quotation: Levasseur asks EUR 57,300 net, valid until 31 July (quote-levasseur-0418.pdf, page 2).",
            ],
            [
                "Do we get the deposit back in Gdynia?",
                "Gdynia deposit bank guarantee",
                "lease-gdynia-2019.pdf",
                "6.3",
                "The bank guarantee of EUR 96,000 is returned within sixty days of handover, less agreed claims.",
                "Yes: the guarantee of EUR 96,000 comes back within sixty days of handover (section 6.3).",
            ],
            [
                "Which one would you give up first?",
                "warehouse utilisation report",
                "utilisation-q1.xlsx",
                "Sheet 'Sites'",
                "Dijon 38 % of pallet places used, Gdynia 71 %, Huesca 84 %, Eindhoven 90 %.",
                "Dijon. It is used to 38 % only, needs no fee, and with the mezzanine it costs less than a third of Gdynia's break fee. I decided against Gdynia because its utilisation is 71 % and the fee is due in full.",
            ],
            [
                "Then list what is still to be done, please.",
                "landlord Dijon contact",
                "contacts-landlords.csv",
                "row 17",
                "SCI Quai Nord, Mme Perrault, notices by bailiff (acte d'huissier) only.",
                "Still open: 1. have a bailiff serve the Dijon notice on SCI Quai Nord by 14 September 2026, 2. renew the Levasseur quotation before 31 July, 3. ask the legal team for the signed Coimbra lease.",
            ],
        ];
        foreach (var turn in rest)
        {
            recording.User(turn[0]);
            Retrieve(recording, random, turn[1], random.Next(8), turn[2], turn[3], turn[4]);
            recording.Say(turn[5]);
            recording.Stop(2);
        }
        return recording.Finish();
    }

    private static void Retrieve(Recording recording, Random random, string query, int place, string file, string section, string text)
    {
        var chunks = new JsonArray();
        var score = 0.91;
        for (var chunk = 0; chunk < 12; chunk++)
        {
            score -= random.NextDouble() * 0.05;
            var town = Towns[random.Next(Towns.Length)];
            var start = random.Next(120_000);
            var content = chunk == place ? text : string.Join(' ', Enumerable.Range(0, 3).Select(_ => Clause(random, town)));
            chunks.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["content"] = content,
                        ["score"] = Math.Round(score, 4),
                        ["rerank_score"] = Math.Round(random.NextDouble(), 4),
                        ["start_char"] = start,
                        ["end_char"] = start + content.Length,
                        ["metadata"] = new JsonObject
                        {
                            ["file_name"] = chunk == place ? file : $"lease-{town.ToLowerInvariant()}-20{random.Next(12, 24)}.pdf",
                            ["section"] =
                                chunk == place
                                    ? section
                                    : string.Create(CultureInfo.InvariantCulture, $"{random.Next(1, 30)}.{random.Next(1, 9)}"),
                            ["page_label"] = random.Next(1, 80),
                        },
                    }
            );
        }
        recording.Use("retrieve", new JsonObject { ["query"] = query, ["top_k"] = 12 }, new JsonObject { ["results"] = chunks });
    }

    private static string Clause(Random random, string town) =>
        string.Format(CultureInfo.InvariantCulture, Clauses[random.Next(Clauses.Length)], town, random.Next(2, 60));
}
