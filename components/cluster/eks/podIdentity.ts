import * as eks from "@pulumi/aws/eks/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement, type Tags } from "../../shared/aws.ts";

/** The one service account, of one namespace of one cluster, that takes on a role. */
export interface PodIdentitySubject {
  /** Name of the EKS cluster, e.g. `privatesales-prod`. */
  readonly clusterName: string;
  /** Region of the cluster, e.g. `ap-northeast-2`. */
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

export interface PodIdentityArgs extends PodIdentitySubject {
  /** Name of the IAM role, at most 64 characters, e.g. `privatesales-prod-karpenter`. */
  readonly roleName: string;
  /** What the role may do. Default: nothing beside `managedPolicies`. */
  readonly statements?: pulumi.Input<readonly Statement[]>;
  /** ARNs of AWS's own policies, by a short name for Pulumi, e.g. `{ cni: "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy" }`. */
  readonly managedPolicies?: Readonly<Record<string, string>>;
  readonly tags: Tags;
  /** What must be there first: the cluster, which is named here by plain text. A component's own dependsOn does not reach its children. */
  readonly after: readonly pulumi.Resource[];
}

/** ARN of an EKS cluster. */
export const clusterArn = ({ region, accountId, clusterName }: Pick<PodIdentitySubject, "region" | "accountId" | "clusterName">): string =>
  `arn:aws:eks:${region}:${accountId}:cluster/${clusterName}`;

/**
 * Who may take on the role: EKS's pod agent, for this service account of this cluster. The association says the same; the
 * conditions hold when somebody associates the role with another pod.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
 */
export function podIdentityTrust(subject: PodIdentitySubject): string {
  const cluster = clusterArn(subject);
  return policyDocument({
    Sid: "OneServiceAccount",
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      ArnEquals: { "aws:SourceArn": cluster },
      StringEquals: {
        "aws:SourceAccount": subject.accountId,
        "aws:RequestTag/kubernetes-namespace": subject.namespace,
        "aws:RequestTag/kubernetes-service-account": subject.serviceAccount,
      },
    },
  });
}

/**
 * An IAM role for one Kubernetes service account, by EKS Pod Identity: no OIDC provider, no annotation on the account.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
 */
export class PodIdentity extends pulumi.ComponentResource {
  /** Plain: what a policy elsewhere (of a key, a queue, a bucket) names. */
  readonly roleArn: string;
  readonly roleName: string;
  /** What must be there before the pods start: a pod gets its credentials when it is created. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: PodIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:PodIdentity", name, {}, opts);
    const { clusterName, namespace, serviceAccount, roleName, statements, managedPolicies = {}, tags } = args;
    const child = { parent: this };
    const role = new iam.Role(
      `${name}-role`,
      {
        name: roleName,
        description: `${namespace}/${serviceAccount} of ${clusterName}`,
        assumeRolePolicy: podIdentityTrust(args),
        tags,
      },
      child,
    );
    const inline =
      statements === undefined
        ? []
        : [
            new iam.RolePolicy(
              `${name}-policy`,
              { name: serviceAccount, role: role.name, policy: pulumi.output(statements).apply((all) => policyDocument(...all)) },
              child,
            ),
          ];
    const attached = Object.entries(managedPolicies).map(
      ([short, policyArn]) => new iam.RolePolicyAttachment(`${name}-${short}`, { role: role.name, policyArn }, child),
    );
    const association = new eks.PodIdentityAssociation(
      `${name}-association`,
      { clusterName, namespace, serviceAccount, roleArn: role.arn, tags },
      { ...child, dependsOn: [...args.after, ...inline, ...attached] },
    );
    this.roleArn = `arn:aws:iam::${args.accountId}:role/${roleName}`;
    this.roleName = roleName;
    this.ready = [association];
    this.registerOutputs({ roleArn: this.roleArn });
  }
}
