// The one entry of `npm start` and `npm test`. Plain JavaScript that an older Node runs too: it installs the packages when
// the lockfile has changed, and goes on under the Node that is one of them.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
const root = dirname(fileURLToPath(import.meta.url));
const marker = join(root, "node_modules", ".installed-lockfile");
const ownBin = join(root, "node_modules", ".bin");

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  console.error(`Node ${process.versions.node} is too old: this project starts on Node ${OLDEST_NODE} or later, and brings its own Node 24.`);
  process.exit(1);
}

const lockfile = createHash("sha256").update(readFileSync(join(root, "package-lock.json"))).digest("hex");
if (!existsSync(marker) || readFileSync(marker, "utf8") !== lockfile) {
  console.error("installing the packages of package-lock.json (once, about a minute) …");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const install = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (install.status !== 0) {
    console.error("npm ci failed; its output stands above. Check the connection to the npm registry, then run the same command again.");
    process.exit(1);
  }
  writeFileSync(marker, lockfile);
}

const [script, ...args] = process.argv.slice(2);
const child = spawn(join(ownBin, "node"), [join(root, script), ...args], {
  stdio: "inherit",
  env: { ...process.env, PATH: `${ownBin}${delimiter}${process.env.PATH ?? ""}` },
});
// Ctrl-C reaches the child by the terminal; this process only waits for it to end cleanly.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("error", (error) => {
  console.error(`the project's own Node did not start: ${error.message}`);
  process.exitCode = 1;
});
child.on("close", (code) => {
  process.exitCode = code ?? 1;
});
