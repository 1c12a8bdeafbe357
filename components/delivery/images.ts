import * as ecr from "@pulumi/aws/ecr/index.js";
import * as pulumi from "@pulumi/pulumi";
import { dataOptions, platformTags, type Tags } from "../shared/aws.ts";

export interface ImagesArgs {
  /** Name of the repository, e.g. `privatesales-prod/dior/api`. */
  readonly repository: string;
  /** Key that the images are encrypted with. */
  readonly keyArn: pulumi.Input<string>;
  readonly protection: "on" | "off";
  readonly tags: Tags;
}

/** Days until an image that lost its tag is deleted, and how many tagged ones are kept to go back to. */
const UNTAGGED_DAYS = 7;
const KEPT_IMAGES = 50;

/** Lifecycle of a repository, as ECR reads it. */
export const imageLifecycle = (): string =>
  JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: `Untagged images go after ${UNTAGGED_DAYS} days`,
        selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: UNTAGGED_DAYS },
        action: { type: "expire" },
      },
      {
        rulePriority: 2,
        description: `The last ${KEPT_IMAGES} images stay`,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: KEPT_IMAGES },
        action: { type: "expire" },
      },
    ],
  });

/** A repository of images. A tag names one image for good: what was released can be had back, and nothing else under its name. */
export function declareImages(name: string, { repository, keyArn, protection, tags }: ImagesArgs, parent: pulumi.Resource): ecr.Repository {
  const images = new ecr.Repository(
    name,
    {
      name: repository,
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: keyArn }],
      forceDelete: false,
      tags,
    },
    { parent, ...dataOptions(protection) },
  );
  new ecr.LifecyclePolicy(`${name}-lifecycle`, { repository: images.name, policy: imageLifecycle() }, { parent });
  return images;
}

/** Where the platform's own image goes: that of backup, verification and the quality gates. */
export class PlatformImages extends pulumi.ComponentResource {
  constructor(name: string, args: Omit<ImagesArgs, "repository" | "tags"> & { readonly prefix: string }, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:delivery:PlatformImages", name, {}, opts);
    const { prefix, keyArn, protection } = args;
    declareImages(`${name}-tools`, { repository: `${prefix}/platform/tools`, keyArn, protection, tags: platformTags("delivery") }, this);
    this.registerOutputs({});
  }
}
