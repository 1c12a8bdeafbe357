import { celString, HOSTS_ANNOTATION, type Policy, type Target } from "./policy.ts";

const istio = (...resources: readonly string[]): Target => ({ group: "networking.istio.io", version: "v1", resources });

/** `<service>.<own namespace>.svc.cluster.local`, from the dot on. */
const ownSuffix = `"." + request.namespace + ".svc.cluster.local"`;
const ownService = (host: string): string =>
  `(${host}.endsWith(${ownSuffix}) && ${host}.replace(${ownSuffix}, "").matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))`;
const ownHost = (host: string): string => `${host} in variables.own`;

interface Claims {
  readonly name: string;
  readonly targets: readonly Target[];
  /** CEL list of the hosts that the object claims; what claims every host yields `*`. */
  readonly claimed: string;
  /** CEL expression that holds for a claimed host that is allowed. */
  readonly allows: (host: string) => string;
  /** Ends the message. */
  readonly alsoAllowed: string;
  /** Further conditions of requests that are looked at. */
  readonly conditions?: Policy["conditions"];
}

/**
 * A preview asks by dry run whether routes with a new host would do, while the namespace that allows the host still waits for its own
 * update. A dry run changes nothing, and the update itself is looked at.
 */
const NOT_PREVIEWED: Policy["conditions"] = [
  { name: "is-no-dry-run-of-an-update", expression: `!(request.operation == "UPDATE" && has(request.dryRun) && request.dryRun)` },
];

/**
 * Who drops a host narrows the namespace first and the object after it. What only writes metadata in between, as the change of a
 * field manager or of a finalizer does, claims nothing.
 */
const CLAIMS_ANEW: Policy["conditions"] = [{ name: "claims-anew", expression: `request.operation == "CREATE" || object.?spec != oldObject.?spec` }];

function policy({ name, targets, claimed, allows, alsoAllowed, conditions = [] }: Claims): Policy {
  return {
    name,
    scope: "tenants",
    targets,
    operations: ["CREATE", "UPDATE"],
    conditions: [...CLAIMS_ANEW, ...conditions],
    variables: [
      {
        // Without the annotation nothing is allowed; an empty entry would allow a rule without a host.
        name: "own",
        expression: `namespaceObject.metadata.?annotations[?${celString(HOSTS_ANNOTATION)}].orValue("").split(",").filter(h, h != "")`,
      },
      { name: "foreign", expression: `(${claimed}).filter(h, !(${allows("h")}))` },
    ],
    validations: [
      {
        expression: "size(variables.foreign) == 0",
        messageExpression:
          `"host that is not this tenant's: " + variables.foreign.join(", ") + "; allowed, written exactly so: " + variables.own.join(", ")` +
          (alsoAllowed === "" ? "" : ` + ${celString(alsoAllowed)}`),
      },
    ],
  };
}

/**
 * A tenant's namespace claims the tenant's hosts and no others, whoever writes the object. Hosts are compared as written:
 * upper case, a trailing dot, a port, a wildcard or a short name is another host, and refused.
 */
export function hostPolicies(): readonly Policy[] {
  const servicesToo = ", and <service>.<this namespace>.svc.cluster.local";
  return [
    policy({
      name: "route-hosts",
      targets: [istio("virtualservices", "serviceentries")],
      claimed: `object.spec.?hosts.orValue(["*"])`,
      allows: (host) => `${ownHost(host)} || ${ownService(host)}`,
      alsoAllowed: servicesToo,
      conditions: NOT_PREVIEWED,
    }),
    policy({
      name: "destination-hosts",
      targets: [istio("destinationrules")],
      claimed: `[object.spec.?host.orValue("*")]`,
      allows: (host) => `${ownHost(host)} || ${ownService(host)} || ${host} == "*" + ${ownSuffix}`,
      alsoAllowed: `${servicesToo}, * for all services`,
    }),
    policy({
      name: "gateway-hosts",
      targets: [istio("gateways")],
      claimed: `object.spec.?servers.orValue([]).map(s, s.hosts.join(" ")).join(" ").split(" ")`,
      allows: (host) => `variables.own.exists(o, ${host} == o || ${host} == "./" + o || ${host} == request.namespace + "/" + o)`,
      alsoAllowed: "",
    }),
    policy({
      name: "ingress-hosts",
      targets: [{ group: "networking.k8s.io", version: "v1", resources: ["ingresses"] }],
      // A default backend answers for every host.
      claimed:
        `object.spec.?rules.orValue([]).map(r, r.?host.orValue("*")) + (has(object.spec.defaultBackend) ? ["*"] : [])` +
        ` + object.spec.?tls.orValue([]).map(t, t.?hosts.orValue(["*"]).join(" ")).join(" ").split(" ").filter(h, h != "")`,
      allows: ownHost,
      alsoAllowed: "",
    }),
    policy({
      name: "httproute-hosts",
      targets: [{ group: "gateway.networking.k8s.io", version: "v1", resources: ["httproutes", "grpcroutes"] }],
      claimed: `object.spec.?hostnames.orValue(["*"])`,
      allows: ownHost,
      alsoAllowed: "",
    }),
  ];
}
