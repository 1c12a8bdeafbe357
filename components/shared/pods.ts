import { createHash } from "node:crypto";
import type * as k8s from "@pulumi/kubernetes";

/** What Pod Security `restricted` asks of a pod; `user` is the numeric user and group of the image. */
export const restrictedPod = (user: number): k8s.types.input.core.v1.PodSecurityContext => ({
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  seccompProfile: { type: "RuntimeDefault" },
});

/** What Pod Security `restricted` asks of a container, and a root file system that cannot be written. */
export const restrictedContainer: k8s.types.input.core.v1.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

/** Requests; the memory limit equals the request, so that a store is never killed for what its neighbours use. */
export const podResources = (cpuMilli: number, memoryMi: number): k8s.types.input.core.v1.ResourceRequirements => ({
  requests: { cpu: `${cpuMilli}m`, memory: `${memoryMi}Mi`, "ephemeral-storage": "64Mi" },
  limits: { cpu: `${cpuMilli * 4}m`, memory: `${memoryMi}Mi`, "ephemeral-storage": "1Gi" },
});

/** Liveness and readiness of a server that speaks no HTTP. */
export const tcpProbe = (port: string, periodSeconds: number): k8s.types.input.core.v1.Probe => ({
  tcpSocket: { port },
  periodSeconds,
  timeoutSeconds: 2,
});

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
