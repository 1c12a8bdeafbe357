/** Where a store is, as a pod's network policy can name it: a namespace of this cluster, or addresses outside. */
export type Reach =
  | { readonly kind: "namespace"; readonly namespace: string; readonly port: number }
  | { readonly kind: "addresses"; readonly cidrs: readonly string[]; readonly port: number };
