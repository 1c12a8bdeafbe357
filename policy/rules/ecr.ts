import { is, property } from "../expect.ts";
import { checkovPython, rule, type Check, type Rule } from "../rule.ts";
import { companion } from "../references.ts";
import { statementsOf } from "../values.ts";

const REPOSITORY = ["aws:ecr/repository:Repository"];

const notPublic: Check = ({ props }) =>
  statementsOf(props["policy"])?.some(({ effect, principals }) => effect === "Allow" && principals.includes("*")) === true
    ? { found: "a statement for everybody", allowed: "named principals", fix: "Name the accounts or roles that pull." }
    : undefined;

export const ECR_RULES: readonly Rule[] = [
  rule({
    id: "CKV_AWS_51",
    title: "an image tag never changes its image",
    source: checkovPython("ECRImmutableTags"),
    types: REPOSITORY,
    check: property("imageTagMutability", is("IMMUTABLE"), "What was scanned and tested has to be what runs."),
  }),
  rule({
    id: "CKV_AWS_136",
    title: "images are encrypted with a key of KMS",
    source: checkovPython("ECRRepositoryEncrypted"),
    types: REPOSITORY,
    check: property("encryptionConfigurations.encryptionType", is("KMS", "KMS_DSSE"), "It can be set at creation only."),
  }),
  rule({
    id: "CKV_AWS_163",
    title: "images are scanned when they are pushed",
    source: checkovPython("ECRImageScanning"),
    types: REPOSITORY,
    check: property("imageScanningConfiguration.scanOnPush", is(true), "Known holes are found before they run."),
  }),
  rule({
    id: "PS_ECR_LIFECYCLE",
    title: "old images are removed",
    source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html",
    types: REPOSITORY,
    check: companion("aws:ecr/lifecyclePolicy:LifecyclePolicy", "repository", {
      found: "no LifecyclePolicy names this repository",
      allowed: "a LifecyclePolicy for every repository",
      fix: "Say how many images are kept.",
    }),
  }),
  rule({
    id: "CKV_AWS_32",
    title: "no repository is public",
    source: checkovPython("ECRPolicy"),
    types: ["aws:ecr/repositoryPolicy:RepositoryPolicy"],
    // Pulling roles of the same account need no repository policy.
    mustMatchIn: [],
    check: notPublic,
  }),
];
