using System.Text;
using ChatSessions.Archive;
using Xunit;

namespace ChatSessions.Tests.Archive;

public sealed class EncodedDataTests
{
    private static readonly string Data = Convert.ToBase64String(Enumerable.Range(0, 400).Select(n => (byte)(n * 7)).ToArray());

    [Theory]
    [InlineData("""{"type":"image","source":{"media_type":"image/png","data":"DATA"}}""")]
    [InlineData("""{"data" : "DATA"}""")]
    [InlineData("""{"image_url":"data:image/png;base64,DATA"}""")]
    [InlineData("""{"url":"data:audio/wav;codecs=1;base64,DATA"}""")]
    [InlineData("""{"type":"reasoning","encrypted_content":"DATA","summary":[]}""")]
    [InlineData("""{"type":"thinking","thinking":"why","signature":"DATA"}""")]
    [InlineData("""{"type":"image_generation_call","result":"DATA"}""")]
    [InlineData("""{"file":{"base64":"DATA"}}""")]
    public void Data_is_found_without_its_padding(string json)
    {
        var utf8 = Encoding.UTF8.GetBytes(json.Replace("DATA", Data, StringComparison.Ordinal));

        var found = EncodedData.Find(utf8);

        Assert.Equal(Data.TrimEnd('='), Encoding.UTF8.GetString(utf8[found!.Value]));
    }

    [Theory]
    [InlineData("""{"content":"DATA"}""")]
    [InlineData("""{"text":"Decode data:image/png;base64,DATA"}""")]
    [InlineData("""{"arguments":"{\"url\":\"data:image/png;base64,DATA\"}"}""")]
    [InlineData("""{"arguments":"{\"data\":\"DATA\"}"}""")]
    [InlineData("""{"data":"DATA and more"}""")]
    [InlineData("""{"data":["DATA"]}""")]
    [InlineData("\"DATA\"")]
    [InlineData("DATA")]
    [InlineData("""{"data":"DATA""")]
    public void Other_texts_are_not_data(string json) =>
        Assert.Null(EncodedData.Find(Encoding.UTF8.GetBytes(json.Replace("DATA", Data, StringComparison.Ordinal))));

    [Fact]
    public void Short_data_is_left_and_the_next_is_found()
    {
        var json = Encoding.UTF8.GetBytes($$"""{"signature":"{{Data[..255]}}","data":"{{Data[..256]}}"}""");

        Assert.Equal(Data[..256], Encoding.UTF8.GetString(json[EncodedData.Find(json)!.Value]));
    }
}
