import { POD_SECURITY_VERSION } from "./versions.ts";

/**
 * Labels that hold a namespace to a Pod Security Standard, of a fixed Kubernetes minor so that an upgrade changes nothing:
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podSecurityLabels(standard: "privileged" | "baseline" | "restricted"): Readonly<Record<string, string>> {
  return {
    "pod-security.kubernetes.io/enforce": standard,
    "pod-security.kubernetes.io/enforce-version": POD_SECURITY_VERSION,
  };
}
