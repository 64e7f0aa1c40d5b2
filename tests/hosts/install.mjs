// Installs hosts from npm into a folder of the temporary directory, where they stay for the next run.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { run } from "./processes.mjs";

export const CACHE = join(tmpdir(), "chat-mcp-hosts");

// Some hosts need a newer Node than distributions have. npm then installs an old version of the host, without a word.
const NEEDED_NODE = 22;

/** The folder of the newest Node's program; null if this one will do. */
export async function installNode() {
  if (Number(process.versions.node.split(".")[0]) >= NEEDED_NODE) return null;
  return (await install("node", null)).bin;
}

/** Installs a package's latest version unless one is there. Returns its version and the folder of its programs. */
export async function install(name, nodeBin) {
  const folder = join(CACHE, name.replace("/", "+"));
  const modules = join(folder, "node_modules");
  const manifest = join(modules, name, "package.json");
  if (!existsSync(manifest)) {
    mkdirSync(folder, { recursive: true });
    const args = ["install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error", `${name}@latest`];
    const { code, stderr } = await run("npm", args, { cwd: folder, env: { ...process.env, PATH: pathWith(nodeBin) }, seconds: 300 });
    if (code !== 0) {
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`npm could not install ${name}: ${stderr.trim().split("\n")[0] || "it took longer than 5 minutes"}`);
    }
  }
  return { version: JSON.parse(readFileSync(manifest, "utf8")).version, bin: join(modules, ".bin") };
}

export function pathWith(...folders) {
  return [...folders, process.env.PATH].filter(Boolean).join(delimiter);
}
