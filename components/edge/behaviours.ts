import type * as pulumi from "@pulumi/pulumi";

/** Where storefronts keep files whose names change with their content. */
export const STATIC_PATHS = ["/static/*", "/assets/*"] as const;

/** As the gateway's routes have it: `/api` and all below. */
export const API_PATHS = ["/api", "/api/*"] as const;

/** AWS's own policies: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
export const MANAGED = {
  cachingDisabled: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  /** All headers, `Host` among them, all cookies, the whole query. */
  allViewer: "216adef6-5c7f-47e4-b989-5492eafa07d3",
} as const;

export const METHODS = {
  read: ["GET", "HEAD", "OPTIONS"],
  all: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
} as const;

/** Answers to no other method are kept. */
export const CACHED_METHODS = ["GET", "HEAD"] as const;

/** What CloudFront does with some paths, before it is written for one kind of distribution. */
export interface Behaviour {
  readonly methods: keyof typeof METHODS;
  /** Id of an origin or of a group of them. */
  readonly origin: string;
  readonly cachePolicyId: pulumi.Input<string>;
  /** Absent: only what is in the cache key reaches the shop. */
  readonly originRequestPolicyId?: string;
  readonly responseHeadersPolicyId: pulumi.Input<string>;
  readonly functionArn: pulumi.Input<string>;
}

export interface BehaviourInputs extends Pick<Behaviour, "responseHeadersPolicyId" | "functionArn"> {
  /** Id of the origin that serves. */
  readonly serving: string;
  /** Id of the origin, or group, that static files come from. */
  readonly staticOrigin: string;
  readonly pagePolicyId: pulumi.Input<string>;
  readonly staticPolicyId: pulumi.Input<string>;
}

export interface Behaviours {
  readonly pages: Behaviour;
  readonly byPath: readonly { readonly path: string; readonly behaviour: Behaviour }[];
}

/** Pages by default, the API never kept, static files kept long. */
export function behaviours(inputs: BehaviourInputs): Behaviours {
  const { serving, staticOrigin, pagePolicyId, staticPolicyId, responseHeadersPolicyId, functionArn } = inputs;
  const common = { responseHeadersPolicyId, functionArn };
  const api: Behaviour = {
    ...common,
    methods: "all",
    origin: serving,
    cachePolicyId: MANAGED.cachingDisabled,
    originRequestPolicyId: MANAGED.allViewer,
  };
  const files: Behaviour = { ...common, methods: "read", origin: staticOrigin, cachePolicyId: staticPolicyId };
  return {
    pages: { ...common, methods: "all", origin: serving, cachePolicyId: pagePolicyId, originRequestPolicyId: MANAGED.allViewer },
    byPath: [
      ...API_PATHS.map((path) => ({ path, behaviour: api })),
      ...STATIC_PATHS.map((path) => ({ path, behaviour: files })),
    ],
  };
}

/** What CloudFront calls an error. */
const ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504] as const;

/**
 * No error is kept: by default CloudFront keeps each for ten seconds, also where caching is disabled, and there the key holds
 * no host: one shop's 404 would answer for the same path of another.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 */
export const uncachedErrors = (): { errorCode: number; errorCachingMinTtl: number }[] =>
  ERRORS.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 }));
