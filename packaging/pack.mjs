#!/usr/bin/env node
// Makes the packages of a release. README.md, next to this file, says what is made and in which order.
//
//   node packaging/pack.mjs texts OUT                    server.json and README.md, as the packages hold them
//   node packaging/pack.mjs platform PLATFORM FILES OUT  of what `dotnet publish` made: the archive, the npm package, the bundle
//   node packaging/pack.mjs release OUT                  what names all platforms, once their files are in OUT
//
// GITHUB_REPOSITORY, owner/name, says where releases are. The version is that of Directory.Build.props.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const version = /<Version>(.*?)<\/Version>/.exec(readFileSync(path.join(root, "Directory.Build.props"), "utf8"))[1];
const repository = process.env.GITHUB_REPOSITORY ?? "example/chat-mcp-server";
const [owner] = repository.split("/");

/** The platforms that a native file is made for, as .NET names them, with the names that npm has for each. */
const platforms = {
  "linux-x64": { os: "linux", cpu: "x64", libc: "glibc" },
  "linux-arm64": { os: "linux", cpu: "arm64", libc: "glibc" },
  "linux-musl-x64": { os: "linux", cpu: "x64", libc: "musl" },
  "osx-arm64": { os: "darwin", cpu: "arm64" },
  "win-x64": { os: "win32", cpu: "x64" },
  "win-arm64": { os: "win32", cpu: "arm64" },
};

const values = {
  version,
  home: `https://github.com/${repository}`,
  downloads: `https://github.com/${repository}/releases/download/v${version}`,
  image: `ghcr.io/${repository.toLowerCase()}`,
  commit: process.env.GITHUB_SHA ?? "",
  "mcp-name": `io.github.${owner}/chat-mcp-server`,
  winget: `${owner}.ChatMcpServer`,
  // The registry takes at most 100 characters.
  "short-description": "Lets AI agents read recorded chat sessions: what was asked, what was done, what failed",
  description:
    "An MCP server that lets AI agents and IDE assistants read recorded chat sessions, condensed, searchable and without their secrets",
};

/** A template with its values filled in. */
function fill(name, more = {}) {
  const all = { ...values, ...more };
  return readFileSync(path.join(here, "templates", name), "utf8").replace(/\{\{(.+?)\}\}/g, (_, key) => {
    if (all[key] === undefined) throw new Error(`${name} asks for '${key}'.`);
    return all[key];
  });
}

const isWindows = (platform) => platform.startsWith("win");
const archiveOf = (platform) => `chat-mcp-server-${version}-${platform}.${isWindows(platform) ? "zip" : "tar.gz"}`;
const bundleOf = (platform) => `chat-mcp-server-${version}-${platform}.mcpb`;
const manPage = "chat-mcp-server.1";
/** The name of a platform's package, by which the launcher finds it. */
const npmName = (platform) => `@chat-mcp-server/${platform}`;
const sha256 = (file) => createHash("sha256").update(readFileSync(file)).digest("hex");
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

function run(command, args, cwd) {
  // npm and npx are scripts there, which only a shell starts.
  execFileSync(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"], shell: process.platform === "win32" });
}

function inTemporaryFolder(work) {
  const folder = mkdtempSync(path.join(tmpdir(), "chat-mcp-pack-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Packs a folder for npm. Tags are left to the one who publishes. */
function packNpm(folder, out) {
  run("npm", ["pack", "--silent", "--pack-destination", out], folder);
}

function npmPackage(more) {
  return {
    ...more,
    version,
    description: values.description,
    license: "MIT",
    homepage: `${values.home}#readme`,
    repository: { type: "git", url: `git+${values.home}.git` },
  };
}

/** server.json of the MCP registry. The registry looks into each package for the server's name. */
function serverJson(bundles = []) {
  const stdio = { transport: { type: "stdio" } };
  const key = {
    name: "LLAMA_CLOUD_API_KEY",
    description: "Only for sessions of LlamaCloud's chat API.",
    isRequired: false,
    isSecret: true,
  };
  const serve = { packageArguments: [{ type: "positional", value: "serve" }], environmentVariables: [key] };
  const server = JSON.parse(fill("server.json"));
  server.packages = [
    { registryType: "nuget", identifier: "ChatMcpServer", version, runtimeHint: "dnx", ...stdio, ...serve },
    { registryType: "npm", identifier: "chat-mcp-server", version, runtimeHint: "npx", ...stdio, ...serve },
    ...bundles.map(({ file, sum }) => ({ registryType: "mcpb", identifier: `${values.downloads}/${file}`, fileSha256: sum, ...stdio })),
  ];
  return server;
}

function packTexts(out) {
  writeFileSync(path.join(out, "server.json"), json(serverJson()));
  writeFileSync(path.join(out, "README.md"), fill("package-readme.md"));
}

function packPlatform(platform, files, out) {
  const names = platforms[platform];
  if (names === undefined) throw new Error(`'${platform}' is not one of ${Object.keys(platforms).join(", ")}.`);
  const file = isWindows(platform) ? "chat-mcp-server.exe" : "chat-mcp-server";
  if (!existsSync(path.join(files, file))) throw new Error(`${files} has no ${file}. Publish there: dotnet publish src/ChatMcpServer -o ${files}`);

  inTemporaryFolder((work) => {
    // The file, and next to it SQLite's library where it is not in the file.
    const shipped = readdirSync(files).filter((name) => name === file || /e_sqlite3\.(dll|dylib)$/.test(name));
    const copyTo = (folder) => {
      mkdirSync(folder, { recursive: true });
      for (const name of shipped) cpSync(path.join(files, name), path.join(folder, name));
      chmodSync(path.join(folder, file), 0o755);
    };

    const name = `chat-mcp-server-${version}-${platform}`;
    copyTo(path.join(work, name));
    cpSync(path.join(root, "LICENSE"), path.join(work, name, "LICENSE"));
    if (!isWindows(platform)) cpSync(path.join(root, "man", manPage), path.join(work, name, manPage));
    // tar of Windows writes zip files too. It is named in full, since Git's own, which a shell finds first there, does not.
    const tar = process.platform === "win32" ? `${process.env.SystemRoot}\\System32\\tar.exe` : "tar";
    run(tar, [...(isWindows(platform) ? ["-a", "-c"] : ["-c", "-z"]), "-f", path.join(out, archiveOf(platform)), name], work);

    const npm = path.join(work, "npm");
    copyTo(npm);
    cpSync(path.join(root, "LICENSE"), path.join(npm, "LICENSE"));
    const { os, cpu, libc } = names;
    const only = { os: [os], cpu: [cpu], ...(libc && { libc: [libc] }), preferUnplugged: true, files: shipped };
    writeFileSync(path.join(npm, "package.json"), json(npmPackage({ name: npmName(platform), ...only })));
    packNpm(npm, out);

    const bundle = path.join(work, "bundle");
    copyTo(path.join(bundle, "server"));
    writeFileSync(path.join(bundle, "manifest.json"), fill("manifest.json", { file, "node-platform": os }));
    run("npx", ["--yes", "@anthropic-ai/mcpb@2.1.2", "pack", bundle, path.join(out, bundleOf(platform))], work);
  });
}

function packRelease(out) {
  const made = Object.keys(platforms).filter((platform) => existsSync(path.join(out, archiveOf(platform))));
  if (made.length === 0) throw new Error(`${out} has no archive of a platform. Make one with: pack.mjs platform PLATFORM FILES ${out}`);
  const sums = Object.fromEntries(made.map((platform) => [platform, sha256(path.join(out, archiveOf(platform)))]));

  inTemporaryFolder((work) => {
    cpSync(path.join(here, "npm", "launcher.cjs"), path.join(work, "launcher.cjs"));
    cpSync(path.join(root, "LICENSE"), path.join(work, "LICENSE"));
    writeFileSync(path.join(work, "README.md"), fill("package-readme.md"));
    const launcher = npmPackage({
      name: "chat-mcp-server",
      mcpName: values["mcp-name"],
      keywords: ["mcp", "mcp-server", "sessions", "transcripts", "agents"],
      bin: { "chat-mcp-server": "launcher.cjs" },
      files: ["launcher.cjs"],
      engines: { node: ">=18" },
      optionalDependencies: Object.fromEntries(made.map((platform) => [npmName(platform), version])),
    });
    writeFileSync(path.join(work, "package.json"), json(launcher));
    packNpm(work, out);
  });

  const bundles = made.map(bundleOf).map((file) => ({ file, sum: sha256(path.join(out, file)) }));
  writeFileSync(path.join(out, "server.json"), json(serverJson(bundles)));
  const checksums = made.filter((platform) => !isWindows(platform)).map((platform) => `    ${platform}) checksum=${sums[platform]} ;;`);
  writeFileSync(path.join(out, "install.sh"), fill("install.sh", { checksums: checksums.join("\n") }), { mode: 0o755 });

  // These name all platforms, so a release of some has none of them.
  if (made.length === Object.keys(platforms).length) {
    const bySum = Object.fromEntries(made.map((platform) => [`sha256 ${platform}`, sums[platform]]));
    for (const name of ["chat-mcp-server.rb", "scoop.json", "docker-server.yaml"]) writeFileSync(path.join(out, name), fill(name, bySum));
    for (const part of ["version", "locale.en-US", "installer"]) {
      const name = part === "version" ? `${values.winget}.yaml` : `${values.winget}.${part}.yaml`;
      writeFileSync(path.join(out, name), fill(`winget/${part}.yaml`, bySum));
    }
  }

  const files = readdirSync(out).filter((name) => name !== "SHA256SUMS");
  writeFileSync(path.join(out, "SHA256SUMS"), files.map((name) => `${sha256(path.join(out, name))}  ${name}\n`).join(""));
}

const [what, ...rest] = process.argv.slice(2);
const expected = { texts: [packTexts, 1], platform: [packPlatform, 3], release: [packRelease, 1] }[what];
if (expected === undefined || rest.length !== expected[1]) {
  console.error("Usage: node packaging/pack.mjs texts OUT | platform PLATFORM FILES OUT | release OUT");
  process.exit(2);
}
const out = path.resolve(rest.pop());
mkdirSync(out, { recursive: true });
try {
  expected[0](...rest.map((argument, index) => (what === "platform" && index === 1 ? path.resolve(argument) : argument)), out);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
