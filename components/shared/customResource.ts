import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource.js";

/** The shape that every class of `@kubernetes-models/*` gives its objects. */
export interface TypedManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

/** A manifest as the program writes it: name and labels always, namespace unless the kind is cluster-wide. */
export type Manifest<T extends TypedManifest> = Omit<T, "metadata"> & {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
};

/**
 * Arguments of a CustomResource, checked against the type of its CRD:
 * `new k8s.apiextensions.CustomResource(name, customResource<ISidecar>({ … }), { parent })`.
 * Pulumi's own CustomResourceArgs takes any spec; this is the one place where the typed manifest passes into it.
 */
export function customResource<T extends TypedManifest>(manifest: Manifest<T>): CustomResourceArgs {
  return { ...manifest };
}
