import { Addons } from "../../components/cluster/addons.ts";
import { ControlPlane } from "../../components/controlPlane.ts";
import type { Istio } from "../../components/mesh/istio.ts";
import { Logging } from "../../components/monitoring/logging.ts";
import { Prometheus } from "../../components/monitoring/prometheus.ts";
import { Admission } from "../../components/security/admission.ts";
import { hostsOf } from "../../tenants/hosts.ts";
import { alertsOf } from "../alerts.ts";
import type { Inputs } from "./inputs.ts";

export interface OperationParts {
  readonly addons: Addons;
  readonly admission: Admission;
  readonly controlPlane: ControlPlane;
  readonly prometheus: Prometheus;
  readonly logging: Logging;
}

/** Who may do what, who sees what, and what the cluster measures. */
export function declareOperations({ config, tenants, onCluster }: Inputs, istio: Istio): OperationParts {
  const { charts, images, monitoring } = config;
  const registry = tenants.map((tenant) => ({
    id: tenant.id,
    tier: tenant.tier,
    state: tenant.state,
    ring: tenant.release.ring,
    hosts: hostsOf(tenant, config.domain).all,
  }));
  return {
    addons: new Addons("addons", { charts, kubeletTls: config.cluster.kubeletTls }, onCluster),
    admission: new Admission(
      "admission",
      { registries: [images.registry, ...images.allowed], deployers: config.access.deployers },
      onCluster,
    ),
    controlPlane: new ControlPlane("control-plane", { settings: config.settings, registry }, onCluster),
    prometheus: new Prometheus(
      "prometheus",
      {
        charts,
        replicas: monitoring.replicas,
        retentionDays: monitoring.retentionDays,
        storageGi: monitoring.storageGi,
        ...(monitoring.grafanaHost === undefined ? {} : { grafanaHost: monitoring.grafanaHost }),
        alerts: alertsOf(config),
      },
      onCluster,
    ),
    logging: new Logging(
      "logging",
      {
        charts,
        environment: config.environment,
        ...config.logging,
        tenants: tenants.filter(({ state }) => state !== "purged"),
      },
      { ...onCluster, dependsOn: [...istio.ready] },
    ),
  };
}
