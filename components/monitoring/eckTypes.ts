import type * as k8s from "@pulumi/kubernetes";
import type { TypedManifest } from "../shared/customResource.ts";

/** The parts of ECK's custom resources that the program uses: https://www.elastic.co/docs/reference/cloud-on-k8s */
type PodTemplate = k8s.types.input.core.v1.PodTemplateSpec;

/** A resource of the same namespace that ECK connects. */
interface Reference {
  readonly name: string;
}

interface SecretReference {
  readonly secretName: string;
}

export interface IElasticsearch extends TypedManifest {
  readonly apiVersion: "elasticsearch.k8s.elastic.co/v1";
  readonly kind: "Elasticsearch";
  readonly spec: {
    readonly version: string;
    readonly auth?: { readonly fileRealm?: readonly SecretReference[]; readonly roles?: readonly SecretReference[] };
    readonly volumeClaimDeletePolicy?: "DeleteOnScaledownOnly" | "DeleteOnScaledownAndClusterDeletion";
    readonly nodeSets: readonly {
      readonly name: string;
      readonly count: number;
      readonly config?: Readonly<Record<string, unknown>>;
      readonly podTemplate?: PodTemplate;
      readonly volumeClaimTemplates?: readonly k8s.types.input.core.v1.PersistentVolumeClaim[];
    }[];
  };
}

export interface IKibana extends TypedManifest {
  readonly apiVersion: "kibana.k8s.elastic.co/v1";
  readonly kind: "Kibana";
  readonly spec: {
    readonly version: string;
    readonly count: number;
    readonly elasticsearchRef: Reference;
    readonly config?: Readonly<Record<string, unknown>>;
    readonly podTemplate?: PodTemplate;
  };
}

export interface ILogstash extends TypedManifest {
  readonly apiVersion: "logstash.k8s.elastic.co/v1alpha1";
  readonly kind: "Logstash";
  readonly spec: {
    readonly version: string;
    readonly count: number;
    /** `clusterName` becomes the prefix of the variables with address and login: `eck` gives `ECK_ES_HOSTS`. */
    readonly elasticsearchRefs: readonly (Reference & { readonly clusterName: string })[];
    readonly pipelines: readonly { readonly "pipeline.id": string; readonly "config.string": string }[];
    readonly services?: readonly {
      readonly name: string;
      readonly service: { readonly spec: k8s.types.input.core.v1.ServiceSpec };
    }[];
    readonly podTemplate?: PodTemplate;
  };
}

export interface IBeat extends TypedManifest {
  readonly apiVersion: "beat.k8s.elastic.co/v1beta1";
  readonly kind: "Beat";
  readonly spec: {
    readonly type: "filebeat";
    readonly version: string;
    readonly config: Readonly<Record<string, unknown>>;
    readonly daemonSet: { readonly podTemplate: PodTemplate };
  };
}
