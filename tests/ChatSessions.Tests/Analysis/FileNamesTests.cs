using ChatSessions.Analysis;
using Xunit;

namespace ChatSessions.Tests.Analysis;

public sealed class FileNamesTests
{
    [Theory]
    [InlineData("/home/ann/app/src/a.py", "src/a.py")]
    [InlineData("src/a.py", "src/a.py")]
    [InlineData("./src//b/../a.py", "src/a.py")]
    [InlineData("~/app/src/a.py", "src/a.py")]
    [InlineData("../app/src/a.py", "src/a.py")]
    [InlineData("../other/a.py", "/home/ann/other/a.py")]
    [InlineData("/home/ann/apples/a.py", "/home/ann/apples/a.py")]
    [InlineData("~bob/a.py", "~bob/a.py")]
    [InlineData("../../../../a.py", "/a.py")]
    [InlineData("src/", "src/")]
    [InlineData("src/..", "./")]
    [InlineData(".", "./")]
    [InlineData("/home/ann/app/", "./")]
    public void A_file_in_the_folder_of_the_session_is_named_in_one_way(string file, string name)
    {
        Assert.Equal(name, new FileNames("/home/ann/app").Of(file));
        Assert.Equal(name, new FileNames("/home/ann/app/").Of(name));
    }

    [Theory]
    [InlineData(@"C:\Users\Ann\app\src\a.py")]
    [InlineData("c:/users/ann/app/src/a.py")]
    [InlineData("/c/Users/Ann/app/src/a.py")]
    [InlineData("~/app/src/a.py")]
    [InlineData(@".\src\a.py")]
    public void A_file_of_Windows_is_named_in_one_way(string file) => Assert.Equal("src/a.py", new FileNames(@"C:\Users\Ann\app").Of(file));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("app")]
    public void Without_a_folder_a_file_has_the_name_that_a_call_gives_it(string? folder)
    {
        var names = new FileNames(folder);

        Assert.Equal(
            ["/repo/a.py", "~/a.py", "a.py", "../a.py", @"a\b.py"],
            new[] { "/repo/a.py", "~/a.py", "./a.py", "b/../../a.py", @"a\b.py" }.Select(names.Of)
        );
    }
}
