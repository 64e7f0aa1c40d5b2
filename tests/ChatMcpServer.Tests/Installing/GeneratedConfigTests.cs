using System.Text;
using ChatMcpServer.Installing;
using Xunit;

namespace ChatMcpServer.Tests.Installing;

/// <summary>Configurations made at random: each gets the entry and gives it back, or is refused; the seed is in the message of a failure.</summary>
public sealed class GeneratedConfigTests
{
    private const int Seeds = 400;

    [Theory]
    [InlineData("zed")]
    [InlineData("codex")]
    [InlineData("goose")]
    public void What_is_added_to_a_made_configuration_and_removed_again_leaves_the_same_bytes(string name)
    {
        var host = Hosts.Find(name)!;
        for (var seed = 0; seed < Seeds; seed++)
        {
            using var machine = new HostMachine();
            var text = new Maker(seed, host).Make();
            machine.Write(host, Encoding.UTF8.GetBytes(text));
            var before = machine.Files();

            var added = machine.Add(host);

            Assert.True(added.Outcome == HostOutcome.Add, $"seed {seed}: {added.Sentence}\n{text}");
            added.Target.Apply(added, TimeProvider.System);
            Assert.NotNull(machine.Entry(host));
            var removed = machine.Remove(host);
            removed.Target.Apply(removed, TimeProvider.System);
            Assert.True(before.SequenceEqual(machine.Files()), $"seed {seed}:\n{text}");

            // The same without the memory of how it was: everything else stays.
            added.Target.Apply(machine.Add(host), TimeProvider.System);
            foreach (var backup in Directory.EnumerateFiles(Path.GetDirectoryName(machine.FileOf(host))!, "*.bak").ToList())
                File.Delete(backup);
            var blind = machine.Remove(host);
            Assert.True(blind.Outcome == HostOutcome.Remove, $"seed {seed}: {blind.Sentence}\n{text}");
            blind.Target.Apply(blind, TimeProvider.System);
            var left = File.Exists(machine.FileOf(host)) ? File.ReadAllText(machine.FileOf(host)) : "";
            Assert.True(Marks(text).SequenceEqual(Marks(left)), $"seed {seed}:\n{text}\n--- left:\n{left}");
        }
    }

    /// <summary>The numbered names, values and comments of a text.</summary>
    private static IEnumerable<string> Marks(string text) =>
        text.Split(['"', ' ', '\n', '\r', '\t', ':', ',', '=', '{', '}', '[', ']', '/', '*', '.', '#', '\uFEFF'])
            .Where(word => word.StartsWith('m'));

    private sealed class Maker(int seed, McpHost host)
    {
        private readonly Random random = new(seed);
        private readonly string newLine = seed % 4 == 0 ? "\r\n" : "\n";
        private int marks;

        public string Make() =>
            (seed % 7 == 0 ? "\uFEFF" : "")
            + host.Format switch
            {
                JsonConfig => $"{Trivia()}{Object(0, hasSection: true)}{Trivia()}",
                TomlConfig => Toml(),
                _ => Mapping(0, hasSection: true),
            };

        private string Mark() => $"m{marks++}";

        private bool Maybe(int percent) => random.Next(100) < percent;

        private string Object(int depth, bool hasSection = false)
        {
            var members = Enumerable.Range(0, random.Next(4)).Select(_ => $"\"{Mark()}\"{Space()}:{Trivia()}{Value(depth + 1)}").ToList();
            if (hasSection && Maybe(70))
                members.Insert(random.Next(members.Count + 1), $"\"{host.Section}\"{Space()}:{Trivia()}{Object(depth + 1)}");
            var text = string.Concat(members.Select((member, at) => $"{Trivia()}{member}{Trivia()}{(at + 1 < members.Count ? "," : "")}"));
            return $"{{{text}{(members.Count > 0 && Maybe(20) ? "," : "")}{Trivia()}}}";
        }

        private string Value(int depth) =>
            (depth > 3 ? random.Next(3) : random.Next(5)) switch
            {
                0 => $"\"{Mark()} // é😀 /*\"",
                1 => "12.5e3",
                2 => "null",
                3 =>
                    $"[{Trivia()}{string.Join($",{Trivia()}", Enumerable.Range(0, random.Next(3)).Select(_ => Value(depth + 1)))}{Trivia()}]",
                _ => Object(depth),
            };

        /// <summary>Utf8JsonReader takes no comment between a name and its colon, so that such files are refused.</summary>
        private string Space() => Maybe(20) ? " " : "";

        private string Trivia()
        {
            var text = new StringBuilder();
            while (Maybe(45))
                text.Append(
                    random.Next(6) switch
                    {
                        0 => " ",
                        1 => newLine,
                        2 => newLine + "\t",
                        3 => $"// {Mark()} }}{newLine}",
                        4 => $"/* {Mark()}{(Maybe(30) ? newLine : "")} */",
                        _ => newLine + "    ",
                    }
                );
            return text.ToString();
        }

        private string Toml()
        {
            var text = new StringBuilder();
            Lines(text);
            for (var tables = random.Next(4); tables > 0; tables--)
            {
                text.Append(Maybe(60) ? $"[{host.Section}.{Mark()}]{(Maybe(30) ? $" # {Mark()}" : "")}{newLine}" : $"[{Mark()}]{newLine}");
                Lines(text);
            }
            return Maybe(20) ? text.ToString().TrimEnd('\r', '\n') : text.ToString();
        }

        private void Lines(StringBuilder text)
        {
            for (var lines = random.Next(4); lines > 0; lines--)
                text.Append(
                        random.Next(6) switch
                        {
                            0 => $"# {Mark()}",
                            1 => $"{Mark()} = \"{Mark()} # é😀\"",
                            2 => $"\t{Mark()}.\"{Mark()}\" = [ 1, # {Mark()}{newLine} 2 ]",
                            3 => $"{Mark()} = {{ {Mark()} = 'x', {Mark()} = {{}} }} # {Mark()}",
                            4 => $"{Mark()} = '''{newLine}[{Mark()}]{newLine}'''",
                            _ => "",
                        }
                    )
                    .Append(newLine);
        }

        private string Mapping(int indentation, bool hasSection = false)
        {
            var text = new StringBuilder();
            var count = random.Next(1, 4);
            var section = hasSection && Maybe(70) ? random.Next(count) : -1;
            var step = indentation + random.Next(1, 5);
            for (var at = 0; at < count; at++)
            {
                if (Maybe(20))
                    text.Append(' ', indentation).Append("# ").Append(Mark()).Append(newLine);
                text.Append(' ', indentation);
                text.Append(
                    at == section ? $"{host.Section}:{(Maybe(20) ? $" {{}}{newLine}" : newLine + Mapping(step))}"
                    : indentation > 8 || Maybe(50) ? $"{Mark()}: {Scalar(step)}{newLine}"
                    : $"{Mark()}:{(Maybe(20) ? $" # {Mark()}" : "")}{newLine}{Mapping(step)}"
                );
            }
            return text.ToString();
        }

        private string Scalar(int indentation) =>
            random.Next(6) switch
            {
                0 => $"\"{Mark()} # é😀\"",
                1 => $"[ {Mark()}, {{ {Mark()}: 1 }} ] # {Mark()}",
                2 =>
                    $"|{newLine}{new string(' ', indentation)}{Mark()}{newLine}{(Maybe(50) ? newLine : "")}{new string(' ', indentation)}{Mark()}",
                3 => $"{newLine}{new string(' ', indentation)}- {Mark()}{newLine}{new string(' ', indentation)}- {Mark()}",
                4 => "",
                _ => $"{Mark()} # {Mark()}",
            };
    }
}
