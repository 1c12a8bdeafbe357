import { describe, expect, test } from "vitest";
import { serviceAdminGroup } from "../../components/access/groups.ts";
import { OVERRIDES_NAME } from "../../components/access/overrides.ts";
import { clientOf, dryPatch, expectAllowed, expectRefused, type Draft, type Identity } from "../support/kubernetes.ts";
import { RawApi } from "../support/rawApi.ts";
import { nothingBut } from "../support/runs.ts";
import { succeed } from "../support/sandbox.ts";

const diorAdmin: Identity = { user: "admin@dior.com", group: serviceAdminGroup("dior") };

describe("settings that a SERVICE_ADMIN overrides", () => {
  const client = clientOf(diorAdmin);
  const settings = (data: Record<string, string | null>, more: Record<string, unknown> = {}, metadata: Partial<Draft["metadata"]> = {}): Draft => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: OVERRIDES_NAME, namespace: "tenant-dior", ...metadata },
    data,
    ...more,
  });

  test.each([{ LOCALE: "en-GB" }, { CURRENCY: "USD", TIMEZONE: "Europe/Paris" }, { SUPPORT_EMAIL: "help@dior.example" }])("%j may be set", async (data) => {
    await expectAllowed(dryPatch(client, settings(data)));
  });

  test.each<[string, Record<string, string>]>([
    ["NODE_OPTIONS", { NODE_OPTIONS: "--require=/tmp/x.js" }],
    ["JAVA_TOOL_OPTIONS", { JAVA_TOOL_OPTIONS: "-javaagent:/tmp/x.jar" }],
    ["DATABASE_URL", { DATABASE_URL: "postgresql://evil.example" }],
    ["TENANT_ID", { TENANT_ID: "chanel", LOCALE: "en-GB" }],
    ["LD_PRELOAD", { LD_PRELOAD: "/tmp/x.so" }],
    ["CURRENCY", { CURRENCY: "bitcoin" }],
    ["SUPPORT_EMAIL", { SUPPORT_EMAIL: "a@b.example\nX: y" }],
  ])("%s may not, with %j", async (key, data) => {
    await expectRefused(dryPatch(client, settings(data)), `not with this value: ${key};`, "allowed is LOCALE like");
  });

  test("hold for whoever writes them, and in no other ConfigMap", async () => {
    await expectRefused(dryPatch(clientOf(), settings({ NODE_OPTIONS: "x" })), "not with this value: NODE_OPTIONS;");
    await expectRefused(dryPatch(client, settings({ LOCALE: "en-GB" }, {}, { name: "settings" })), "cannot patch resource", "configmaps");
    await expectRefused(dryPatch(client, settings({ LOCALE: "en-GB" }, {}, { namespace: "tenant-chanel" })), "cannot patch resource", "tenant-chanel");
  });

  test.each<[string, Draft]>([
    ["binaryData", settings({}, { binaryData: { X: "eA==" } })],
    ["immutable", settings({}, { immutable: true })],
    ["metadata.labels", settings({}, {}, { labels: { note: "x" } })],
    ["metadata.annotations", settings({}, {}, { annotations: { note: "x" } })],
  ])("are all that is changed there: not %s", async (field, object) => {
    await expectRefused(dryPatch(client, object), `changed beside the settings: ${field}; allowed is data`);
  });

  test("outlast the next deployment, which sees nothing to do", async () => {
    const data = process.env.SANDBOX_DATA;
    if (data === undefined) throw new Error("SANDBOX_DATA is not set");
    const header = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: OVERRIDES_NAME, namespace: "tenant-dior" } };
    const write = async (locale: string | null): Promise<unknown> => {
      const api = new RawApi();
      const as = { user: diorAdmin.user, groups: [diorAdmin.group, "system:authenticated"] };
      const path = `/api/v1/namespaces/tenant-dior/configmaps/${OVERRIDES_NAME}`;
      const { status } = await api.send("PATCH", path, { as, body: { data: { LOCALE: locale } }, contentType: "application/merge-patch+json" });
      api.close();
      return status;
    };
    expect(await write("en-GB")).toBe(200);
    try {
      expect((await succeed(data, "up")).counts).toMatchObject(nothingBut());
      expect(await clientOf().read(header)).toMatchObject({ data: { LOCALE: "en-GB" } });
    } finally {
      expect(await write(null)).toBe(200);
    }
  });
});
