using ChatSessions.Model;
using ChatSessions.Sources.LlamaCloud;
using Xunit;

namespace ChatSessions.Tests.Sources.LlamaCloud;

public sealed class LlamaCloudOptionsTests
{
    private const string Uuid = "01234567-89ab-cdef-0123-456789abcdef";

    private static LlamaCloudOptions? Read(params (string Name, string Value)[] variables) =>
        LlamaCloudOptions.FromEnvironment(name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    private static ChatSessionException Refused(params (string Name, string Value)[] variables) =>
        Assert.Throws<ChatSessionException>(() => Read([("LLAMA_CLOUD_API_KEY", "llx-1"), .. variables]));

    [Fact]
    public void Without_a_key_there_is_no_LlamaCloud()
    {
        Assert.Null(Read());
        Assert.Null(Read(("LLAMA_CLOUD_API_KEY", ""), ("LLAMA_PARSE_API_KEY", ""), ("LLAMA_CLOUD_PROJECT_ID", Uuid)));
    }

    [Fact]
    public void A_key_is_enough()
    {
        var options = Read(("LLAMA_CLOUD_API_KEY", "llx-1"))!;
        Assert.Equal("llx-1", options.ApiKey);
        Assert.Equal("https://api.cloud.llamaindex.ai/", options.BaseUrl.AbsoluteUri);
        Assert.Null(options.ProjectId);
        Assert.Null(options.OrganizationId);
        Assert.Equal(256 << 20, options.MaxBodyBytes);
        Assert.Equal(20 << 20, options.MaxAttachmentBytes);
        Assert.Equal((TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(45)), (options.TryTimeout, options.Patience));
        Assert.Equal(2, options.Retries);
    }

    [Fact]
    public void The_parser_s_key_serves_where_there_is_no_other()
    {
        Assert.Equal("llx-2", Read(("LLAMA_CLOUD_API_KEY", ""), ("LLAMA_PARSE_API_KEY", "llx-2"))!.ApiKey);
        Assert.Equal("llx-1", Read(("LLAMA_CLOUD_API_KEY", "llx-1"), ("LLAMA_PARSE_API_KEY", "llx-2"))!.ApiKey);
    }

    [Fact]
    public void Address_project_and_organization_are_read_too_and_empty_ones_are_unset()
    {
        var options = Read(
            ("LLAMA_CLOUD_API_KEY", "llx-1"),
            ("LLAMA_CLOUD_BASE_URL", "http://localhost:8080/llama/"),
            ("LLAMA_CLOUD_PROJECT_ID", Uuid),
            ("LLAMA_CLOUD_ORGANIZATION_ID", "")
        )!;
        Assert.Equal("http://localhost:8080/llama/", options.BaseUrl.AbsoluteUri);
        Assert.Equal(Uuid, options.ProjectId);
        Assert.Null(options.OrganizationId);
        Assert.Equal("api.cloud.llamaindex.ai", Read(("LLAMA_CLOUD_API_KEY", "llx-1"), ("LLAMA_CLOUD_BASE_URL", ""))!.BaseUrl.Host);
    }

    [Theory]
    [InlineData("api.cloud.llamaindex.ai")]
    [InlineData("/api")]
    [InlineData("ftp://api.cloud.llamaindex.ai")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:secret@api.cloud.llamaindex.ai")]
    [InlineData("https://api.cloud.llamaindex.ai?a=b")]
    [InlineData("https://api.cloud.llamaindex.ai#a")]
    [InlineData("https://")]
    public void An_invalid_address_is_refused_with_a_valid_example(string address)
    {
        var refused = Refused(("LLAMA_CLOUD_BASE_URL", address));
        Assert.Equal(ChatSessionError.InvalidArgument, refused.Error);
        Assert.Contains("LLAMA_CLOUD_BASE_URL", refused.Message, StringComparison.Ordinal);
        Assert.Contains("https://api.cloud.eu.llamaindex.ai", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llx secret")]
    [InlineData("llx-secret\n")]
    [InlineData("llx-secret\r\nX-Evil: 1")]
    [InlineData("llx-secret\u0000")]
    [InlineData("llx-secret\u007f")]
    [InlineData("llx-secrét")]
    [InlineData(" ")]
    public void A_key_that_no_header_can_hold_is_refused_and_not_shown(string key)
    {
        var refused = Assert.Throws<ChatSessionException>(() => Read(("LLAMA_CLOUD_API_KEY", key)));
        Assert.Equal(ChatSessionError.InvalidArgument, refused.Error);
        Assert.Contains("LLAMA_CLOUD_API_KEY", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secr", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LLAMA_CLOUD_PROJECT_ID", "my project")]
    [InlineData("LLAMA_CLOUD_PROJECT_ID", "{01234567-89ab-cdef-0123-456789abcdef}")]
    [InlineData("LLAMA_CLOUD_ORGANIZATION_ID", "0123456789abcdef0123456789abcdef")]
    [InlineData("LLAMA_CLOUD_ORGANIZATION_ID", " 01234567-89ab-cdef-0123-456789abcdef")]
    public void A_project_or_organization_that_is_no_UUID_is_refused_by_name(string variable, string value) =>
        Assert.Contains($"{variable} is not a UUID", Refused((variable, value)).Message, StringComparison.Ordinal);

    [Fact]
    public void Limits_out_of_range_are_refused()
    {
        var good = Read(("LLAMA_CLOUD_API_KEY", "llx-1"))!;
        good.Validate();
        LlamaCloudOptions[] bad =
        [
            good with
            {
                ApiKey = "",
            },
            good with
            {
                BaseUrl = new Uri("/api", UriKind.Relative),
            },
            good with
            {
                MaxBodyBytes = 0,
            },
            good with
            {
                MaxBodyBytes = 2L << 30,
            },
            good with
            {
                MaxAttachmentBytes = -1,
            },
            good with
            {
                TryTimeout = TimeSpan.Zero,
            },
            good with
            {
                Retries = -1,
            },
        ];
        Assert.All(bad, options => Assert.Throws<ChatSessionException>(options.Validate));
    }

    [Fact]
    public void The_key_is_not_shown() =>
        Assert.DoesNotContain("llx-1", Read(("LLAMA_CLOUD_API_KEY", "llx-1"))!.ToString(), StringComparison.Ordinal);
}
