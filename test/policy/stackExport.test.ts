import { expect, test } from "vitest";
import { resourcesOf } from "../../policy/stackExport.ts";
import { UNKNOWN } from "../../policy/values.ts";

const URN = "urn:pulumi:prod::privatesales::";
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };

test("reads what the engine keeps of a stack", () => {
  const exported = {
    version: 3,
    deployment: {
      resources: [
        {
          urn: `${URN}aws:s3/bucketPolicy:BucketPolicy::assets-policy`,
          type: "aws:s3/bucketPolicy:BucketPolicy",
          id: "assets",
          custom: true,
          parent: `${URN}privatesales:data:Assets::assets`,
          provider: `${URN}pulumi:providers:aws::aws::1`,
          protect: true,
          inputs: { __defaults: [], bucket: "assets", nested: [{ password: secret }] },
          outputs: { bucket: "assets" },
          propertyDependencies: { bucket: [`${URN}aws:s3/bucket:Bucket::assets-bucket`], policy: null },
          dependencies: [`${URN}aws:s3/bucket:Bucket::assets-bucket`],
        },
        { urn: `${URN}aws:s3/bucket:Bucket::old`, type: "aws:s3/bucket:Bucket", delete: true },
        { urn: `${URN}privatesales:data:Assets::assets`, type: "privatesales:data:Assets" },
      ],
    },
  };
  const [policy, component, ...others] = resourcesOf(exported);
  expect(others).toEqual([]);
  expect(policy).toEqual({
    type: "aws:s3/bucketPolicy:BucketPolicy",
    name: "assets-policy",
    urn: `${URN}aws:s3/bucketPolicy:BucketPolicy::assets-policy`,
    id: "assets",
    parent: `${URN}privatesales:data:Assets::assets`,
    protect: true,
    retainOnDelete: false,
    provider: `${URN}pulumi:providers:aws::aws::1`,
    props: { __defaults: [], bucket: "assets", nested: [{ password: UNKNOWN }] },
    references: { bucket: [`${URN}aws:s3/bucket:Bucket::assets-bucket`], policy: [] },
    dependsOn: [`${URN}aws:s3/bucket:Bucket::assets-bucket`],
  });
  expect(component).toMatchObject({ name: "assets", protect: false, props: {} });
});

test("a stack that was never deployed is empty; anything else is refused", () => {
  expect(resourcesOf({ deployment: {} })).toEqual([]);
  expect(() => resourcesOf({ resources: [] })).toThrow(/deployment/);
});
