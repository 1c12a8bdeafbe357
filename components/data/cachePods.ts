import type * as k8s from "@pulumi/kubernetes";
import { platformLabels, type Labels } from "../shared/labels.ts";
import { IMAGES } from "../shared/versions.ts";
import { CACHE_RELOADER } from "./cacheAcl.ts";
import { podResources, restrictedContainer, restrictedPod, tcpProbe } from "../shared/pods.ts";

export const CACHE_NAME = "cache";
export const CACHE_PORT = 6379;
export const CACHE_SELECTOR: Labels = { "app.kubernetes.io/name": CACHE_NAME };
/** Keys of the Secret. */
export const ACL_KEY = "users.acl";
export const RELOADER_KEY = "reloader-password";

/** User and group `valkey` of the Debian image. */
const USER_ID = 999;
const ACL_FOLDER = "/etc/valkey-users";

/**
 * A changed ACL file is loaded into the running server: a restart would empty the cache of every tenant because one was
 * added. The kubelet brings a changed Secret into the volume within about a minute.
 */
const RELOAD_SCRIPT = `loaded=""
while true; do
  current="$(sha256sum ${ACL_FOLDER}/${ACL_KEY})"
  if [ "$current" != "$loaded" ]; then
    valkey-cli -e -h 127.0.0.1 -p ${CACHE_PORT} --user ${CACHE_RELOADER} ACL LOAD && loaded="$current"
  fi
  sleep 5
done
`;

/** Share of the container's memory that keys may fill; the rest is for connections and fragmentation. */
export const maxMemoryMi = (memoryMi: number): number => Math.floor(memoryMi * 0.75);

function server(memoryMi: number): k8s.types.input.core.v1.Container {
  return {
    name: "valkey",
    image: IMAGES.valkey,
    command: ["valkey-server"],
    args: [
      ...["--port", String(CACHE_PORT), "--aclfile", `${ACL_FOLDER}/${ACL_KEY}`],
      ...["--maxmemory", `${maxMemoryMi(memoryMi)}mb`, "--maxmemory-policy", "allkeys-lru"],
      // A cache: what it holds can be computed again, so nothing is written to disk.
      ...["--save", "", "--appendonly", "no", "--dir", "/tmp"],
    ],
    ports: [{ name: "valkey", containerPort: CACHE_PORT }],
    livenessProbe: tcpProbe("valkey", 10),
    readinessProbe: tcpProbe("valkey", 5),
    resources: podResources(100, memoryMi),
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: "users", mountPath: ACL_FOLDER, readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

function reloader(): k8s.types.input.core.v1.Container {
  return {
    name: "reloader",
    image: IMAGES.valkey,
    command: ["sh", "-c", RELOAD_SCRIPT],
    // The client reads the password from here; on the command line every process would see it.
    env: [{ name: "REDISCLI_AUTH", valueFrom: { secretKeyRef: { name: CACHE_NAME, key: RELOADER_KEY } } }],
    resources: podResources(10, 32),
    securityContext: restrictedContainer,
    volumeMounts: [{ name: "users", mountPath: ACL_FOLDER, readOnly: true }],
  };
}

/** Pods of the cache. `memoryMi` is the server's limit in MiB. */
export const cachePodTemplate = (memoryMi: number): k8s.types.input.core.v1.PodTemplateSpec => ({
  metadata: { labels: { ...platformLabels("data"), ...CACHE_SELECTOR } },
  spec: {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(USER_ID),
    containers: [server(memoryMi), reloader()],
    volumes: [
      { name: "users", secret: { secretName: CACHE_NAME, items: [{ key: ACL_KEY, path: ACL_KEY }] } },
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
    ],
  },
});
