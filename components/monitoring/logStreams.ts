import type { Environment, Tenant } from "../../tenants/tenant.ts";

/** Dataset of everything that is no tenant's. */
export const PLATFORM_DATASET = "platform";

/** Whose logs are kept for how long. */
export type LogOwner = Pick<Tenant, "id"> & { readonly plan: { readonly logs: { readonly retentionDays: number } } };

/**
 * The dataset part of a tenant's data stream. Elastic separates a stream's parts by `-`, so an id's own become `_`;
 * with them `logs-tenant.a-*` would also take the logs of tenant `a-b`.
 */
export const logDataset = (tenantId: string): string => `tenant.${tenantId.replaceAll("-", "_")}`;

/** A tenant's data stream: `logs-tenant.dior-prod`. */
export const logStream = (tenantId: string, environment: Environment): string =>
  `logs-${logDataset(tenantId)}-${environment}`;

/**
 * Logstash's pipeline: one data stream per tenant. The tenant is taken from the pod's namespace, which the API server
 * vouches for, and not from a label, which whoever writes a pod may set; and it is set after the application's text was
 * read.
 */
export const logPipeline = (environment: Environment): string => `input {
  beats { port => ${BEATS_PORT} }
}
filter {
  json { source => "message" target => "app" skip_on_invalid_json => true }
  if [kubernetes][namespace] =~ /^tenant-/ {
    mutate { copy => { "[kubernetes][namespace]" => "[data_stream][dataset]" } }
    mutate {
      gsub => [
        "[data_stream][dataset]", "^tenant-", "tenant.",
        "[data_stream][dataset]", "-", "_"
      ]
    }
  } else {
    mutate { replace => { "[data_stream][dataset]" => "${PLATFORM_DATASET}" } }
  }
  mutate {
    replace => { "[data_stream][type]" => "logs" "[data_stream][namespace]" => "${environment}" }
  }
}
output {
  elasticsearch {
    hosts => [ "\${ECK_ES_HOSTS}" ]
    user => "\${ECK_ES_USER}"
    password => "\${ECK_ES_PASSWORD}"
    ssl_certificate_authorities => "\${ECK_ES_SSL_CERTIFICATE_AUTHORITY}"
    data_stream => true
  }
}
`;

/** Port on which Logstash takes what Filebeat sends. */
export const BEATS_PORT = 5044;

/** An index template above Elastic's own `logs` (priority 100), which keeps a stream's documents for `days`. */
const indexTemplate = (dataset: string, days: number): Readonly<Record<string, unknown>> => ({
  index_patterns: [`logs-${dataset}-*`],
  priority: 500,
  data_stream: {},
  composed_of: ["logs@mappings", "logs@settings", "ecs@mappings"],
  ignore_missing_component_templates: ["logs@mappings", "logs@settings", "ecs@mappings"],
  template: {
    // A lifecycle policy that `logs@settings` brings would win over the retention.
    settings: { "index.lifecycle.prefer_ilm": false, "index.auto_expand_replicas": "0-1" },
    // An application's own fields are searchable and make no new mapping, or one shop could exhaust the index's limit.
    mappings: { properties: { app: { type: "flattened" } } },
    lifecycle: { data_retention: `${days}d` },
  },
});

/**
 * Files for the retention job, two for each dataset: a template for streams to come, and the lifecycle of the stream
 * that is already there, which a changed template does not reach.
 */
export function retentionFiles(tenants: readonly LogOwner[], platformDays: number): Readonly<Record<string, string>> {
  const datasets = [
    { dataset: PLATFORM_DATASET, days: platformDays },
    ...tenants.map(({ id, plan }) => ({ dataset: logDataset(id), days: plan.logs.retentionDays })),
  ];
  return Object.fromEntries(
    datasets
      .toSorted((a, b) => a.dataset.localeCompare(b.dataset))
      .flatMap(({ dataset, days }) => [
        [`${dataset}.template.json`, JSON.stringify(indexTemplate(dataset, days))],
        [`${dataset}.lifecycle.json`, JSON.stringify({ data_retention: `${days}d` })],
      ]),
  );
}
