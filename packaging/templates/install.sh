#!/bin/sh
# Installs chat-mcp-server {{version}} for this user:  curl -fsSL {{downloads}}/install.sh | sh
# CHAT_MCP_INSTALL_DIR says where to (~/.local/bin), CHAT_MCP_DOWNLOADS where from.
set -eu

fail() {
  echo "$1" >&2
  exit 1
}

install() {
  downloads=${CHAT_MCP_DOWNLOADS:-{{downloads}}}
  folder=${CHAT_MCP_INSTALL_DIR:-$HOME/.local/bin}

  case $(uname -s) in
    Linux) system=linux ;;
    Darwin) system=osx ;;
    *) fail "This script knows Linux and macOS. For Windows: winget install {{winget}}" ;;
  esac
  if [ $system = linux ] && ! getconf GNU_LIBC_VERSION >/dev/null 2>&1; then system=linux-musl; fi
  case $(uname -m) in
    x86_64 | amd64) platform=$system-x64 ;;
    arm64 | aarch64) platform=$system-arm64 ;;
    *) fail "There is no file for $(uname -m). With the .NET 10 SDK: dotnet tool install -g ChatMcpServer" ;;
  esac

  # Filled in when a release is made, so that what is downloaded is what was released.
  case $platform in
{{checksums}}
    *) fail "There is no file for $platform. With the .NET 10 SDK: dotnet tool install -g ChatMcpServer" ;;
  esac

  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  archive=chat-mcp-server-{{version}}-$platform.tar.gz
  curl -fsSL --retry 2 -o "$work/$archive" "$downloads/$archive" || fail "Cannot download $downloads/$archive"
  if command -v sha256sum >/dev/null; then
    actual=$(sha256sum "$work/$archive")
  else
    actual=$(shasum -a 256 "$work/$archive")
  fi
  [ "${actual%% *}" = "$checksum" ] || fail "$archive is not what was released: its SHA-256 is ${actual%% *}, not $checksum. Nothing was installed."

  tar -xzf "$work/$archive" -C "$work"
  mkdir -p "$folder"
  for file in "$work/chat-mcp-server-{{version}}-$platform"/*; do
    case ${file##*/} in LICENSE | *.1) continue ;; esac
    # Moved into place, so that a server that runs keeps its file.
    cp "$file" "$folder/.${file##*/}.new"
    mv -f "$folder/.${file##*/}.new" "$folder/${file##*/}"
  done
  # man looks there for the commands of a folder that is called bin.
  if [ "${folder##*/}" = bin ]; then
    mkdir -p "${folder%/*}/share/man/man1"
    cp "$work/chat-mcp-server-{{version}}-$platform/chat-mcp-server.1" "${folder%/*}/share/man/man1/"
  fi

  echo "$("$folder/chat-mcp-server" --version) is in $folder."
  case :$PATH: in
    *:"$folder":*) echo "Next: chat-mcp-server install" ;;
    *) echo "Next: add $folder to your PATH, then run: chat-mcp-server install" ;;
  esac
}

# In a function, so that a download that breaks off runs nothing.
install
