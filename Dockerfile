# The server as one native file, on an image without a shell, a package manager or .NET.
#   docker build -t chat-mcp-server .
#   docker run -i --rm chat-mcp-server
#   docker run -i --rm -v chat-archive:/data chat-mcp-server     # keeps its archive in a volume

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
# What the native linker needs.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends clang zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN dotnet publish src/ChatMcpServer --configuration Release --output /out \
    && mkdir /data

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
COPY --from=build /out/chat-mcp-server /usr/local/bin/chat-mcp-server
# The archive's folder is all that the image's own user owns; a volume that is first mounted there becomes this user's.
COPY --from=build --chown=$APP_UID:$APP_UID /data /data
ENV CHAT_MCP_ARCHIVE=/data/archive.db
USER $APP_UID
ENTRYPOINT ["/usr/local/bin/chat-mcp-server"]
