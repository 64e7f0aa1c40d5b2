class ChatMcpServer < Formula
  desc "{{short-description}}"
  homepage "{{home}}"
  version "{{version}}"
  license "MIT"

  on_macos do
    on_arm do
      url "{{downloads}}/chat-mcp-server-{{version}}-osx-arm64.tar.gz"
      sha256 "{{sha256 osx-arm64}}"
    end
  end

  on_linux do
    on_intel do
      url "{{downloads}}/chat-mcp-server-{{version}}-linux-x64.tar.gz"
      sha256 "{{sha256 linux-x64}}"
    end
    on_arm do
      url "{{downloads}}/chat-mcp-server-{{version}}-linux-arm64.tar.gz"
      sha256 "{{sha256 linux-arm64}}"
    end
  end

  def install
    man1.install "chat-mcp-server.1"
    libexec.install Dir["*"]
    bin.install_symlink libexec/"chat-mcp-server"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/chat-mcp-server --version")
  end
end
