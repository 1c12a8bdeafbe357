import { parseArguments } from "../../sandbox/arguments.ts";
import { isolate } from "../../sandbox/isolation.ts";
import { Progress } from "../../sandbox/progress.ts";
import { runStack } from "../../sandbox/run.ts";

/** The sandbox's `preview --json` or `up --json`, and a second line with what this process needed: the program, the SDK and the stand-ins. */

isolate();
const command = parseArguments(process.argv.slice(2));
if (command.kind !== "preview" && command.kind !== "up") throw new Error(`only preview and up are measured, not ${command.kind}`);
process.exitCode = await runStack(command, new Progress(process.stderr));
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
console.log(JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, memoryMiB: maxRSS / 1024 }));
