import { describe, expect, test } from "vitest";
import { accessList } from "../../../../components/cluster/eks/accessEntries.ts";
import { endpointConfig, serviceCidr } from "../../../../components/cluster/eks/controlPlane.ts";
import { eksKubeconfig } from "../../../../components/cluster/eks/kubeconfig.ts";

const role = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;

describe("who enters the cluster", () => {
  test("admins and deployers, under the names of their roles", () => {
    expect(accessList({ admins: [role("operators")], deployers: [role("ci/deploy")] })).toEqual([
      { roleArn: role("operators"), role: "operators", as: "admin" },
      { roleArn: role("ci/deploy"), role: "ci-deploy", as: "deployer" },
    ]);
  });

  test.each([
    [["arn:aws:iam::123456789012:user/alice"], [], /user\/alice" is no ARN of an IAM role/],
    [["operators"], [], /"operators" is no ARN of an IAM role/],
    [[role("both")], [role("both")], /role\/both is listed twice, as admin and as deployer/],
    [[role("twice"), role("twice")], [], /listed twice, as admin and as admin/],
  ])("%j and %j are refused", (admins, deployers, reason) => {
    expect(() => accessList({ admins, deployers })).toThrow(reason);
  });
});

describe("the endpoint", () => {
  test("is private, or public for named addresses", () => {
    expect(endpointConfig({ kind: "private" })).toEqual({ endpointPrivateAccess: true, endpointPublicAccess: false });
    expect(endpointConfig({ kind: "publicAndPrivate", cidrs: ["203.0.113.7/32"] })).toEqual({
      endpointPrivateAccess: true,
      endpointPublicAccess: true,
      publicAccessCidrs: ["203.0.113.7/32"],
    });
  });

  test.each([
    [[], /named addresses only.*given: an empty list/],
    [["203.0.113.7/32", "0.0.0.0/0"], /given: "0\.0\.0\.0\/0"/],
  ])("public for %j is refused", (cidrs, reason) => {
    expect(() => endpointConfig({ kind: "publicAndPrivate", cidrs })).toThrow(reason);
  });

  test.each([
    ["10.20.0.0/16", "172.20.0.0/16"],
    ["10.100.0.0/16", "172.20.0.0/16"],
    ["172.20.0.0/16", "10.100.0.0/16"],
  ])("Services of a cluster in %s are in %s", (vpc, services) => {
    expect(serviceCidr(vpc)).toBe(services);
  });
});

test("the kubeconfig asks AWS for a token and holds none", () => {
  const kubeconfig: unknown = JSON.parse(
    eksKubeconfig({
      clusterName: "privatesales-qa",
      region: "ap-northeast-2",
      endpoint: "https://x.eks.amazonaws.com",
      certificateAuthority: "Q0E=",
    }),
  );
  expect(kubeconfig).toEqual({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "privatesales-qa", cluster: { server: "https://x.eks.amazonaws.com", "certificate-authority-data": "Q0E=" } }],
    contexts: [{ name: "privatesales-qa", context: { cluster: "privatesales-qa", user: "privatesales-qa" } }],
    "current-context": "privatesales-qa",
    users: [
      {
        name: "privatesales-qa",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["eks", "get-token", "--cluster-name", "privatesales-qa", "--region", "ap-northeast-2", "--output", "json"],
            interactiveMode: "Never",
          },
        },
      },
    ],
  });
});
