import type * as pulumi from "@pulumi/pulumi";
import type { Manifest, TypedManifest } from "../shared/customResource.ts";
import { platformLabels } from "../shared/labels.ts";

/** The Service in front of the gateway's pods. */
export interface GatewayService {
  readonly namespace: string;
  readonly service: string;
}

/** What the Service, and the pods behind it, listen on. */
export const HTTPS_PORT = 443;

/** Of Istio's agent, which answers for Envoy's readiness. */
export const STATUS_PORT = 15021;

/** A pod is out 20 seconds after it stopped answering. */
export const HEALTH_CHECK = {
  protocol: "HTTP",
  port: String(STATUS_PORT),
  path: "/healthz/ready",
  matcher: "200",
  interval: 10,
  timeout: 5,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
} as const;

/**
 * The part of the AWS load balancer controller's resource that is used here.
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/targetgroupbinding/spec/
 */
export interface TargetGroupBinding extends TypedManifest {
  readonly apiVersion: "elbv2.k8s.aws/v1beta1";
  readonly kind: "TargetGroupBinding";
  readonly spec: {
    readonly serviceRef: { readonly name: string; readonly port: number };
    readonly targetGroupARN: pulumi.Input<string>;
    readonly targetType: "ip";
    readonly ipAddressType: "ipv4";
  };
}

/** Keeps the gateway's pods registered with a target group. */
export const targetGroupBinding = (
  { namespace, service }: GatewayService,
  targetGroupArn: pulumi.Input<string>,
): Manifest<TargetGroupBinding> => ({
  apiVersion: "elbv2.k8s.aws/v1beta1",
  kind: "TargetGroupBinding",
  metadata: { name: service, namespace, labels: platformLabels("edge") },
  spec: {
    serviceRef: { name: service, port: HTTPS_PORT },
    targetGroupARN: targetGroupArn,
    targetType: "ip",
    ipAddressType: "ipv4",
  },
});
