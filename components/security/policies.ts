import { hostPolicies } from "./hosts.ts";
import { imagePolicies } from "./images.ts";
import { overridesPolicy } from "./overrides.ts";
import type { Policy } from "./policy.ts";
import { restartPolicies } from "./restart.ts";
import { servicePolicy } from "./services.ts";
import { tenancyPolicies } from "./tenancy.ts";

export interface PolicyChoice {
  /** Registries, with a path where wanted, e.g. `localhost:5001` or `docker.io/istio`; those of injected sidecars included. */
  readonly registries: readonly string[];
  /** Groups of the identities that deploy the program, and of controllers outside kube-system that copy labels. */
  readonly deployers: readonly string[];
}

/** Every admission policy of the platform. An empty list would refuse all pods, or every deployment: both are errors. */
export function admissionPolicies({ registries, deployers }: PolicyChoice): readonly Policy[] {
  for (const [name, list] of Object.entries({ registries, deployers })) {
    if (list.length === 0 || list.some((item) => item.trim() === "")) {
      throw new Error(`admission: ${name} is ${JSON.stringify(list)}; name at least one, and none of them empty`);
    }
  }
  return [
    ...imagePolicies(registries),
    servicePolicy(),
    ...hostPolicies(),
    ...tenancyPolicies(deployers),
    ...restartPolicies(),
    overridesPolicy(),
  ];
}
