import { describe, expect, test } from "vitest";
import { Logging, type LoggingArgs } from "../../../components/monitoring/logging.ts";
import { logDataset, logPipeline, logStream, retentionFiles } from "../../../components/monitoring/logStreams.ts";
import { tenantsOf } from "../../support/tenants.ts";
import { at, listAt } from "../../support/objects.ts";
import { only, record, type Recorded } from "../../support/record.ts";

const tenants = tenantsOf(
  { id: "dior", tier: "starter" },
  { id: "dior-kids", tier: "enterprise", contacts: ["ops@kids.com"] },
);
const args: LoggingArgs = { charts: "managed", environment: "qa", nodes: 3, storageGi: 20, retentionDays: 14, tenants };
const logging = (over: Partial<LoggingArgs> = {}): Promise<readonly Recorded[]> =>
  record(() => new Logging("logging", { ...args, ...over }));

describe("data streams", () => {
  test("are named by tenant and environment, and no pattern takes another tenant's", () => {
    expect(logStream("dior", "prod")).toBe("logs-tenant.dior-prod");
    expect(logStream("dior-kids", "qa")).toBe("logs-tenant.dior_kids-qa");
    const pattern = new RegExp(`^logs-${logDataset("dior").replace(".", "\\.")}-.*$`);
    expect(pattern.test(logStream("dior", "prod"))).toBe(true);
    expect(pattern.test(logStream("dior-kids", "prod"))).toBe(false);
  });

  test("keep documents as long as the plan says", () => {
    const files = retentionFiles(tenants, 14);
    expect(Object.keys(files)).toEqual([
      "platform.template.json",
      "platform.lifecycle.json",
      "tenant.dior.template.json",
      "tenant.dior.lifecycle.json",
      "tenant.dior_kids.template.json",
      "tenant.dior_kids.lifecycle.json",
    ]);
    const parsed = (file: string): unknown => JSON.parse(files[file] ?? "null");
    expect(parsed("tenant.dior.template.json")).toMatchObject({
      index_patterns: ["logs-tenant.dior-*"],
      data_stream: {},
      template: { lifecycle: { data_retention: "7d" }, settings: { "index.lifecycle.prefer_ilm": false } },
    });
    expect(parsed("tenant.dior_kids.lifecycle.json")).toEqual({ data_retention: "30d" });
    expect(parsed("platform.lifecycle.json")).toEqual({ data_retention: "14d" });
  });
});

test("the pipeline takes the tenant from the namespace, after the application's own text was read", () => {
  const text = logPipeline("prod");
  expect(text).not.toContain("labels");
  expect(text.indexOf('json { source => "message" target => "app"')).toBeLessThan(
    text.indexOf('copy => { "[kubernetes][namespace]"'),
  );
  expect(text).toContain('"[data_stream][namespace]" => "prod"');
  expect(text).toContain('hosts => [ "${ECK_ES_HOSTS}" ]');
});

describe("the stack", () => {
  test("stands in its namespace by ECK", async () => {
    const seen = await logging();
    expect(at(only(seen, "Elasticsearch").inputs, "spec.nodeSets")).toMatchObject([{ count: 3 }]);
    expect(at(only(seen, "Logstash").inputs, "spec")).toMatchObject({
      count: 2,
      elasticsearchRefs: [{ clusterName: "eck", name: "elasticsearch" }],
    });
    expect(at(only(seen, "Kibana").inputs, "spec.elasticsearchRef")).toEqual({ name: "elasticsearch" });
    expect(at(only(seen, "Beat").inputs, "spec.config")).toMatchObject({
      "output.logstash": { hosts: ["logstash-ls-beats.logging.svc:5044"] },
    });
    expect(only(seen, "Release").inputs).toMatchObject({ name: "eck-operator", namespace: "logging" });
    expect(
      seen.filter(({ type }) => type.includes("elastic.co")).map(({ inputs }) => at(inputs, "metadata.namespace")),
    ).toEqual(Array(4).fill("logging"));
  });

  test("external: the same without the operator", async () => {
    const names = (seen: readonly Recorded[]): readonly string[] => seen.map(({ type, name }) => `${type} ${name}`);
    const [managed, external] = [names(await logging()), names(await logging({ charts: "external" }))];
    expect(managed.filter((one) => !external.includes(one))).toEqual([
      "kubernetes:helm.sh/v3:Release logging-operator",
    ]);
    expect(external.filter((one) => !managed.includes(one))).toEqual([]);
  });

  test("Filebeat reads the host's logs, writes nowhere, and lets no pod say how it is read", async () => {
    const beat = only(await logging(), "Beat").inputs;
    const [container] = listAt(beat, "spec.daemonSet.podTemplate.spec.containers");
    for (const mount of listAt(container, "volumeMounts")) expect(mount).toMatchObject({ readOnly: true });
    expect(at(container, "securityContext")).toMatchObject({
      capabilities: { drop: ["ALL"] },
      allowPrivilegeEscalation: false,
    });
    const config = at(beat, "spec.config");
    expect(JSON.stringify(config)).toContain('"hints":{"enabled":false}');
  });

  test("Logstash hears Filebeat and nobody else", async () => {
    expect(at(only(await logging(), "AuthorizationPolicy").inputs, "spec")).toEqual({
      selector: { matchLabels: { "logstash.k8s.elastic.co/name": "logstash" } },
      action: "ALLOW",
      rules: [
        {
          from: [{ source: { principals: ["cluster.local/ns/logging/sa/filebeat"] } }],
          to: [{ operation: { ports: ["5044"] } }],
        },
      ],
    });
  });
});

describe("the retention job", () => {
  const jobName = async (over: Partial<LoggingArgs>): Promise<unknown> =>
    at(only(await logging(over), "Job").inputs, "metadata.name");

  test("is a new one exactly when a retention changes", async () => {
    const [first] = tenants;
    if (first === undefined) throw new Error("no tenant");
    const name = await jobName({});
    expect(name).toMatch(/^log-retention-[0-9a-f]{10}$/);
    expect(await jobName({ tenants: tenants.toReversed() })).toBe(name);
    expect(await jobName({ nodes: 1 })).toBe(name);
    expect(await jobName({ retentionDays: 15 })).not.toBe(name);
    expect(await jobName({ tenants: [first] })).not.toBe(name);
  });

  test("is restricted, and has a login that reads no log", async () => {
    const seen = await logging();
    const spec = at(only(seen, "Job").inputs, "spec.template.spec");
    expect(spec).toMatchObject({
      securityContext: { runAsNonRoot: true },
      containers: [{ securityContext: { readOnlyRootFilesystem: true } }],
    });
    expect(JSON.stringify(spec)).not.toContain("generated");
    expect(only(seen, "Secret", "logging-retention-user").inputs).toMatchObject({
      type: "kubernetes.io/basic-auth",
      stringData: {
        username: "log_retention",
        roles: "log_retention",
        "curl.conf": 'user = "log_retention:generated"\n',
      },
    });
    const roles = JSON.stringify(only(seen, "Secret", "logging-retention-role").inputs.stringData);
    expect(roles).toContain("manage_data_stream_lifecycle");
    expect(roles).not.toMatch(/\bread\b|\ball\b/);
  });
});
