// Processes that are bounded in time, and stopped with those that they started.
import { spawn } from "node:child_process";

const SIGNALS = ["SIGINT", "SIGTERM"];

/**
 * Runs a program to its end. Its standard input is `input`, and ends when it has printed as many lines as `lines` says. Resolves to its exit
 * code and what it printed; `code` is null if it was stopped.
 */
export function run(command, args, { cwd, env, seconds, input = "", lines = 0 }) {
  return new Promise((resolve) => {
    // A group of its own: one signal reaches everything that it started.
    const child = spawn(command, args, { cwd, env, detached: true });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      if (stdout.split("\n").length > lines) child.stdin.end();
    });
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
    child.stdin.on("error", () => {});
    child.stdin.write(input);
    if (lines === 0) child.stdin.end();

    const timer = setTimeout(() => stop(child), seconds * 1000);
    const forget = () => {
      clearTimeout(timer);
      for (const signal of SIGNALS) process.off(signal, interrupt);
    };
    const interrupt = () => {
      stop(child);
      process.exit(130);
    };
    for (const signal of SIGNALS) process.on(signal, interrupt);
    child.on("error", (error) => {
      forget();
      resolve({ code: null, stdout, stderr: error.message });
    });
    child.on("exit", () => stop(child));
    child.on("close", (code) => {
      forget();
      resolve({ code, stdout, stderr });
    });
  });
}

function stop(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // The whole group has ended.
  }
}
