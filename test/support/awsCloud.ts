import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "../../sandbox/providers/aws/config.ts";
import { invoke } from "../../sandbox/providers/aws/functions.ts";
import { AwsProvider } from "../../sandbox/providers/aws/provider.ts";
import { Store } from "../../sandbox/providers/aws/store.ts";
import type { Cloud, Recorded } from "./record.ts";

function regionOf(provider: Recorded | undefined): string {
  const region = provider?.inputs["region"];
  if (typeof region !== "string") throw new Error("a resource of AWS without a provider that names its region");
  return region;
}

/** The sandbox's own stand-in of AWS as the world of a program under mocks: what it reads has AWS's formats. `account` is that of the credentials. */
export function awsCloud(account: string): Cloud {
  const folder = mkdtempSync(join(tmpdir(), "privatesales-aws-"));
  process.once("exit", () => {
    rmSync(folder, { recursive: true });
  });
  const store = new Store(join(folder, "aws.json"));
  const config = (region: string): ReturnType<typeof parseConfig> => parseConfig({ region }, account);
  return {
    create: async (type, name, inputs, provider) => {
      if (!type.startsWith("aws:")) return undefined;
      const aws = new AwsProvider(config(regionOf(provider)), store);
      const place = { urn: `urn:pulumi:test::privatesales::${type}::${name}`, type, name };
      const { inputs: checked, failures } = await aws.check({ ...place, olds: {}, news: inputs });
      if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
      const { id, state } = await aws.create({ ...place, inputs: checked, preview: false, timeout: 0 });
      return { id, outputs: state };
    },
    call: (token, args) => invoke(token, args, config("ap-northeast-2"), store),
  };
}
