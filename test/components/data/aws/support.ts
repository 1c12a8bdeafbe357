import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { StoreNetwork } from "../../../../components/data/aws/storeNetwork.ts";
import { record, type Recorded } from "../../../support/record.ts";

export const PLACE = { prefix: "privatesales-prod", region: "ap-northeast-2", accountId: "123456789012", protection: "on" } as const;
export const SECOND = "ap-northeast-1";
export const TOPIC = "arn:aws:sns:ap-northeast-2:123456789012:alarms";
export const SECOND_TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:alarms";

/** A network of three zones; `second` is the second octet of its addresses. */
export const networkOf = (second: number): StoreNetwork & { readonly privateSubnetIds: readonly string[] } => ({
  vpcId: `vpc-${second}`,
  databaseSubnetIds: ["a", "b"].map((zone) => `subnet-${second}-database-${zone}`),
  privateSubnetIds: ["a", "b"].map((zone) => `subnet-${second}-private-${zone}`),
  databaseCidrs: [`10.${second}.240.0/24`, `10.${second}.241.0/24`],
  privateCidrs: [`10.${second}.0.0/18`, `10.${second}.64.0/18`],
});

export const secondProvider = (): Provider => new Provider("second", { region: SECOND });

/** What AWS makes up, in its formats. */
const OUTPUTS = {
  "random:index/randomPassword:RandomPassword": { result: "first-password" },
  "aws:kms/key:Key": { arn: "arn:aws:kms:key", keyId: "key-id" },
  "aws:rds/cluster:Cluster": {
    arn: "arn:aws:rds:cluster",
    endpoint: "own.cluster-x.rds.amazonaws.com",
    readerEndpoint: "own.cluster-ro-x.rds.amazonaws.com",
    masterUserSecrets: [{ secretArn: "arn:aws:secretsmanager:managed", kmsKeyId: "", secretStatus: "active" }],
  },
  "aws:rds/globalCluster:GlobalCluster": { endpoint: "shared.global-x.global.rds.amazonaws.com" },
  "aws:secretsmanager/secret:Secret": { arn: "arn:aws:secretsmanager:generated" },
  "aws:serverlessrepository/cloudFormationStack:CloudFormationStack": { outputs: { RotationLambdaARN: "arn:aws:lambda:rotation" } },
  "aws:elasticache/replicationGroup:ReplicationGroup": { primaryEndpointAddress: "master.cache.amazonaws.com" },
  "aws:iam/role:Role": { arn: "arn:aws:iam:role" },
  "aws:backup/plan:Plan": {},
} as const;

/** A run, with what mocks of their own do not show. */
interface Run {
  readonly seen: readonly Recorded[];
  /** `ignoreChanges` of each resource, by name. */
  readonly ignored: ReadonlyMap<string, readonly string[]>;
  /** Secrets that were read, in order. */
  readonly read: readonly string[];
}

/** Records `declare` with AWS's answers; reading a secret gives RDS's JSON. */
export async function run(
  declare: () => unknown,
  outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): Promise<Run> {
  const ignored = new Map<string, readonly string[]>();
  const read: string[] = [];
  const seen = await record(
    () => {
      const monitor = pulumi.runtime.getMonitor();
      if (monitor === undefined) throw new Error("the mocks are not set");
      monitor.registerResource = new Proxy(monitor.registerResource.bind(monitor), {
        apply: (register, self, args: readonly unknown[]): unknown => {
          const [request] = args;
          if (request instanceof RegisterResourceRequest) ignored.set(request.getName(), request.getIgnorechangesList());
          return Reflect.apply(register, self, args);
        },
      });
      const mocks: unknown = Reflect.get(monitor, "mocks");
      if (typeof mocks !== "object" || mocks === null) throw new Error("the monitor is no mock");
      Reflect.set(mocks, "call", ({ token, inputs }: pulumi.runtime.MockCallArgs) => {
        if (token !== "aws:secretsmanager/getSecretVersion:getSecretVersion") throw new Error(`no call is expected, got ${token}`);
        read.push(String(Reflect.get(inputs, "secretId")));
        return { secretString: JSON.stringify({ username: "platform", password: "current-password" }) };
      });
      return declare();
    },
    { ...OUTPUTS, ...outputs },
  );
  return { seen, ignored, read };
}

/** Resources by the last part of their type. */
export const ofKind = (seen: readonly Recorded[], kind: string): readonly Recorded[] =>
  seen.filter(({ type }) => type.split(":").at(-1) === kind);

export const namesOf = (seen: readonly Recorded[], kind: string): readonly string[] => ofKind(seen, kind).map(({ name }) => name).toSorted();

/** Statements of a policy in an input. */
export function statementsOf(policy: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof policy !== "string") throw new Error("the policy is no text");
  const { Statement } = JSON.parse(policy) as { readonly Statement?: readonly Readonly<Record<string, unknown>>[] };
  if (Statement === undefined || Statement.length === 0) throw new Error("the policy has no statements");
  return Statement;
}

/** The value of an Output, for use inside `declare`. */
export const valueOf = async <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => void output.apply(resolve));
