# The server as one native file, on an image without a shell, a package manager or .NET.
#   docker build -t chat-mcp-server .
#   docker run -i --rm chat-mcp-server

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
# What the native linker needs.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends clang zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN dotnet publish src/ChatMcpServer --configuration Release --output /out

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
COPY --from=build /out/chat-mcp-server /usr/local/bin/chat-mcp-server
# The image's own user, who owns nothing.
USER $APP_UID
ENTRYPOINT ["/usr/local/bin/chat-mcp-server"]
