import { describe, expect, test } from "vitest";
import { registryData, settingsData, type RegistryEntry } from "../../components/access/registry.ts";
import { ControlPlane } from "../../components/controlPlane.ts";
import { only, record, type Recorded } from "../support/record.ts";

const settings = { locale: "ko-KR", currency: "KRW", timezone: "Asia/Seoul", supportEmail: "help@privatesales.co.kr" };
const dior: RegistryEntry = { id: "dior", tier: "starter", state: "active", ring: "all", hosts: ["dior.privatesales.co.kr"] };
const chanel: RegistryEntry = { ...dior, id: "chanel", state: "purged", hosts: ["chanel.privatesales.co.kr"] };

const declared = (): Promise<readonly Recorded[]> => record(() => new ControlPlane("control-plane", { settings, registry: [dior, chanel] }));

describe("data", () => {
  test("the registry has one key a tenant, in an order of its own", () => {
    expect(registryData([dior, chanel])).toEqual(registryData([chanel, dior]));
    expect(Object.keys(registryData([dior, chanel]))).toEqual(["chanel", "dior"]);
    expect(JSON.parse(registryData([dior]).dior ?? "")).toEqual(dior);
  });

  test("nothing but the listed fields goes into the registry and the settings", () => {
    const more = { ...dior, contacts: ["secret@dior.com"] };
    expect(registryData([more]).dior).not.toContain("secret");
    expect(settingsData({ ...settings, ...{ other: "x" } })).toEqual(settings);
  });
});

describe("ControlPlane", () => {
  test("declares the platform's namespace, settings and registry", async () => {
    const seen = await declared();
    expect(only(seen, "Namespace").inputs).toMatchObject({
      metadata: { name: "privatesales-system", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    });
    expect(only(seen, "ConfigMap", "control-plane-settings").inputs).toMatchObject({
      metadata: { name: "settings", namespace: "privatesales-system" },
      data: settings,
    });
    expect(Object.keys(only(seen, "ConfigMap", "control-plane-tenants").inputs.data ?? {})).toEqual(["chanel", "dior"]);
  });

  test("binds SUPER_ADMIN to its group in the whole cluster, and SERVICE_ADMIN to nobody", async () => {
    const seen = await declared();
    expect(only(seen, "ClusterRole", "control-plane-super-admin").inputs).toMatchObject({ metadata: { name: "privatesales:super-admin" } });
    expect(only(seen, "ClusterRole", "control-plane-service-admin").inputs).toMatchObject({ metadata: { name: "privatesales:service-admin" } });
    expect(only(seen, "ClusterRoleBinding").inputs).toMatchObject({
      roleRef: { kind: "ClusterRole", name: "privatesales:super-admin" },
      subjects: [{ kind: "Group", name: "privatesales:super-admins" }],
    });
  });

  test("publishes settings and access for tenants", async () => {
    let controlPlane: ControlPlane | undefined;
    await record(() => {
      controlPlane = new ControlPlane("control-plane", { settings, registry: [] });
    });
    expect(controlPlane).toMatchObject({ settings, serviceAdminRole: "privatesales:service-admin", namespace: "privatesales-system" });
    expect(controlPlane?.serviceAdminGroup("dior")).toBe("privatesales:service-admin:dior");
  });
});
