/** `npm run tenants -- …`: edits the tenants file. The file stays the only source; nothing here talks to a server. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { TenantsError } from "../faults.ts";
import { loadTenants } from "../load.ts";
import { parseArguments, USAGE, type Command } from "./arguments.ts";
import { change } from "./change.ts";
import { RefusedError } from "./errors.ts";
import { readTenantsFile, replaceTenantsFile } from "./file.ts";
import { changeText, checkText, listText, rowOf } from "./output.ts";

const PROJECT_FILE = fileURLToPath(new URL("../tenants.yaml", import.meta.url));

/** As the user would name it from where they stand. */
const shownName = (file: string | undefined): string => file ?? (relative(process.cwd(), PROJECT_FILE) || PROJECT_FILE);

function run(command: Command): string {
  if (command.kind === "help") return USAGE;
  const shown = shownName(command.file);
  const file = readTenantsFile(command.file ?? PROJECT_FILE, shown);
  switch (command.kind) {
    case "list": {
      const tenants = loadTenants(file.text, { file: shown });
      return command.json ? JSON.stringify(tenants.map(rowOf)) : listText(tenants);
    }
    case "check": {
      const tenants = loadTenants(file.text, { file: shown });
      return command.json ? JSON.stringify({ file: shown, tenants: tenants.length, faults: [] }) : checkText(shown, tenants);
    }
    case "add":
    case "move": {
      const result = change(file.text, command, shown);
      replaceTenantsFile(file, result.text, shown);
      const { tenant, from, effect } = result;
      return command.json
        ? JSON.stringify({ file: shown, tenant: tenant.id, from: from ?? null, to: tenant.state, environments: tenant.environments, effect })
        : changeText(shown, result);
    }
    default:
      return command satisfies never;
  }
}

const wantsJson = process.argv.includes("--json");
try {
  console.log(run(parseArguments(process.argv.slice(2))));
} catch (error) {
  if (!(error instanceof RefusedError || error instanceof TenantsError)) throw error;
  if (wantsJson) console.log(JSON.stringify(error instanceof RefusedError ? { refused: error.refusal } : { faults: error.faults }));
  console.error(error.message);
  process.exitCode = 1;
}
