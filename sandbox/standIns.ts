import { join } from "node:path";
import type { Options } from "./arguments.ts";
import type { Environment } from "./environment.ts";
import { SUPERUSER } from "./postgres/arguments.ts";
import { superuserPassword } from "./postgres/postgres.ts";
import { endpointsOf } from "./providers/aws/endpoints.ts";
import { aws } from "./providers/aws/index.ts";
import { kubernetes, kubernetesFor } from "./providers/kubernetes/index.ts";
import { postgresql, postgresqlFor } from "./providers/postgresql/index.ts";
import type { StandIn } from "./providers/provider.ts";
import { random } from "./providers/random/index.ts";

/** The file that stands for AWS in an environment. */
export const awsStore = (env: Environment): string => join(env.dataDir, "aws.json");

/**
 * What answers instead of plugins. `accountId` is the AWS account that the credentials belong to; addresses that it hands out are
 * answered by the environment's own servers.
 */
export function standInsFor(env: Environment, options: Pick<Options, "plugins">, accountId: string | undefined): readonly StandIn[] {
  if (options.plugins === "official") return [];
  if (accountId === undefined) return [kubernetes, postgresql, random];
  const store = awsStore(env);
  return [
    aws({ store, accountId }),
    kubernetesFor({ own: { kubeconfig: env.paths.kubeconfig, endpoints: () => endpointsOf(store).kubernetes } }),
    postgresqlFor({
      own: { port: env.ports.postgres, username: SUPERUSER, password: superuserPassword(env), hosts: () => endpointsOf(store).databases },
    }),
    random,
  ];
}
