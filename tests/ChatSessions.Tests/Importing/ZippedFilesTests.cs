using System.IO.Compression;
using ChatSessions.Importing;
using ChatSessions.Sources.Files;
using ChatSessions.Tests.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Importing;

public sealed class ZippedFilesTests : TempFolder
{
    [Fact]
    public void Of_a_zip_with_too_many_files_the_first_are_read_and_the_number_is_said()
    {
        var path = PathOf("many.zip");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
            for (var number = 0; number <= ZippedFiles.MostFiles; number++)
            {
                using var entry = zip.CreateEntry($"{number}.json", CompressionLevel.NoCompression).Open();
                entry.Write("1"u8);
            }
        var problems = new List<string>();

        var files = ZippedFiles.In(
            new ImportFile(path, FileStamp.Read(path), IsNamed: true),
            1 << 20,
            problem => problems.Add(problem.Message)
        );

        Assert.Equal(ZippedFiles.MostFiles, files.Count());
        Assert.Equal(
            $"{path} has 100,001 JSON files; only the first 100,000 were read. Unpack it, and import the folder.",
            Assert.Single(problems)
        );
    }
}
