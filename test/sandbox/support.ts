import { rangesOf } from "../../sandbox/environment/ranges.ts";
import type { Environment } from "../../sandbox/environment.ts";

/** An environment in /data that no machine has. */
export function exampleEnvironment(): Environment {
  return {
    version: 1,
    id: "6b2f9b2e-6f0e-4a54-9f6c-3f5f7b0a1c11",
    slot: 3,
    dataDir: "/data",
    ports: { etcdClient: 20_001, etcdPeer: 20_002, apiServer: 20_003, postgres: 20_004 },
    ranges: rangesOf(3),
    paths: {
      kubeconfig: "/data/kubeconfig",
      auditLog: "/data/audit.log",
      postgresLog: "/data/postgres.log",
      pki: "/data/pki",
      etcdData: "/data/etcd",
      postgresData: "/data/postgres",
      postgresPassword: "/data/postgres.password",
    },
  };
}
