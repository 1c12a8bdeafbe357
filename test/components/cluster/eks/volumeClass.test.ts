import * as ec2 from "@pulumi/aws/ec2/index.js";
import { expect, test } from "vitest";
import { VolumeClass } from "../../../../components/cluster/eks/volumeClass.ts";
import { only, record, type Recorded } from "../../../support/record.ts";

const declare = async (protection: "on" | "off"): Promise<Recorded> =>
  only(
    await record(
      () => {
        const tags = { environment: "prod", part: "cluster" };
        new VolumeClass("volumes", { keyArn: "arn:key", protection, tags, after: [new ec2.Eip("driver")] });
      },
    ),
    "StorageClass",
  );

test("volumes are encrypted with the cluster's key, tagged, and made where their pod is", async () => {
  const seen = await declare("on");
  expect(seen.inputs).toMatchObject({
    metadata: { name: "gp3-encrypted", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "ebs.csi.aws.com",
    parameters: {
      type: "gp3",
      encrypted: "true",
      kmsKeyId: "arn:key",
      tagSpecification_1: "environment=prod",
      tagSpecification_2: "part=cluster",
    },
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
  });
  expect(seen.dependsOn).toEqual(["driver"]);
});

test("a volume outlives its claim where data is protected, and only there", async () => {
  expect([(await declare("on")).inputs["reclaimPolicy"], (await declare("off")).inputs["reclaimPolicy"]]).toEqual(["Retain", "Delete"]);
});
