import type * as k8s from "@pulumi/kubernetes";
import { podResources, restrictedContainer, restrictedPod, sha256 } from "../shared/pods.ts";
import { LABEL_PREFIX } from "../shared/labels.ts";
import { IMAGES } from "../shared/versions.ts";
import { ELASTIC_AUTHORITY_SECRET, ELASTIC_SERVICE, RETENTION_USER_SECRET, loggingMetadata } from "./elastic.ts";

export const RETENTION_NAME = "log-retention";

/** Key of the login's Secret that curl reads, so that no password stands on a command line. */
export const CURL_CONFIG_KEY = "curl.conf";

/** What the job's login may do, as Elasticsearch's roles.yml. */
export const RETENTION_ROLES = `log_retention:
  cluster: [monitor, manage_index_templates]
  indices:
    - names: ["logs-tenant.*", "logs-platform-*"]
      privileges: [manage_data_stream_lifecycle, view_index_metadata]
`;

/** User and group of curl's image. */
const USER_ID = 100;

const FILES = "/retention";
const ANSWER = "/tmp/answer";

/** A stream that has no document yet does not exist, and its lifecycle is answered 404: its template will do. */
const SCRIPT = `set -eu
put() {
  status="$(curl --config /login/${CURL_CONFIG_KEY} --silent --show-error --cacert /authority/ca.crt \\
    --request PUT --header 'Content-Type: application/json' --data "@$2" \\
    --output ${ANSWER} --write-out '%{http_code}' "https://${ELASTIC_SERVICE}:9200/$1")"
  case "$status" in
    200) ;;
    "$3") ;;
    *) echo "PUT $1: $status $(cat ${ANSWER})" >&2; return 1 ;;
  esac
}
curl --config /login/${CURL_CONFIG_KEY} --silent --show-error --fail --cacert /authority/ca.crt --output /dev/null \\
  --retry 60 --retry-delay 10 --retry-all-errors "https://${ELASTIC_SERVICE}:9200/_cluster/health?wait_for_status=yellow&timeout=5s"
for file in ${FILES}/*.template.json; do
  dataset="$(basename "$file" .template.json)"
  put "_index_template/logs-$dataset" "$file" 200
  put "_data_stream/logs-$dataset-*/_lifecycle" "${FILES}/$dataset.lifecycle.json" 404
done
`;

/**
 * The job that sets how long each data stream keeps its documents. Elastic's own object for it, StackConfigPolicy,
 * needs an enterprise licence. The name carries a hash of the settings: a change is a new job, and no change is none.
 */
export function retentionJob(files: Readonly<Record<string, string>>): k8s.batch.v1.JobArgs {
  const metadata = loggingMetadata(`${RETENTION_NAME}-${sha256(JSON.stringify(files) + SCRIPT).slice(0, 10)}`);
  return {
    metadata: {
      ...metadata,
      annotations: { "pulumi.com/replaceUnready": "true", "pulumi.com/timeoutSeconds": "900" },
    },
    spec: {
      backoffLimit: 3,
      template: {
        metadata: { labels: { ...metadata.labels, [`${LABEL_PREFIX}/job`]: RETENTION_NAME } },
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: restrictedPod(USER_ID),
          containers: [
            {
              name: "retention",
              image: IMAGES.curl,
              command: ["sh", "-c", SCRIPT],
              resources: podResources(10, 64),
              securityContext: restrictedContainer,
              volumeMounts: [
                { name: "files", mountPath: FILES, readOnly: true },
                { name: "login", mountPath: "/login", readOnly: true },
                { name: "authority", mountPath: "/authority", readOnly: true },
                { name: "tmp", mountPath: "/tmp" },
              ],
            },
          ],
          volumes: [
            { name: "files", configMap: { name: RETENTION_NAME } },
            {
              name: "login",
              secret: { secretName: RETENTION_USER_SECRET, items: [{ key: CURL_CONFIG_KEY, path: CURL_CONFIG_KEY }] },
            },
            { name: "authority", secret: { secretName: ELASTIC_AUTHORITY_SECRET } },
            { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
          ],
        },
      },
    },
  };
}
