import { is, property, set } from "../expect.ts";
import { checkovGraph, checkovPython, rule, type Check, type Rule, type RuleArgs } from "../rule.ts";
import { show } from "../values.ts";

const groupRule = (args: Omit<RuleArgs, "types">): Rule => rule({ ...args, types: ["aws:elasticache/replicationGroup:ReplicationGroup"] });

const asksWho: Check = ({ props }) => {
  const { transitEncryptionEnabled, authToken, userGroupIds } = props;
  if (transitEncryptionEnabled === true && (authToken !== undefined || userGroupIds !== undefined)) return undefined;
  return {
    found: `transitEncryptionEnabled is ${show(transitEncryptionEnabled)}, and neither authToken nor userGroupIds is set`,
    allowed: "TLS, with userGroupIds or authToken",
    fix: "Give it the user group whose ACL separates the tenants.",
  };
};

export const ELASTICACHE_RULES: readonly Rule[] = [
  groupRule({
    id: "CKV_AWS_29",
    title: "the cache is encrypted at rest",
    source: checkovPython("ElasticacheReplicationGroupEncryptionAtRest"),
    check: property("atRestEncryptionEnabled", is(true), "It cannot be turned on later."),
  }),
  groupRule({
    id: "CKV_AWS_30",
    title: "the cache is reached over TLS",
    source: checkovPython("ElasticacheReplicationGroupEncryptionAtTransit"),
    check: property("transitEncryptionEnabled", is(true), "Logins would go in the clear."),
  }),
  groupRule({ id: "CKV_AWS_31", title: "the cache asks who connects", source: checkovPython("ElasticacheReplicationGroupEncryptionAtTransitAuthToken"), check: asksWho }),
  groupRule({
    id: "CKV_AWS_191",
    title: "the cache is encrypted with a key of the account",
    source: checkovPython("ElasticacheReplicationGroupEncryptedWithCMK"),
    check: property("kmsKeyId", set, "It can be set at creation only."),
  }),
  groupRule({
    id: "PS_CACHE_TLS_REQUIRED",
    title: "the cache refuses connections without TLS",
    source: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html",
    check: ({ props }) =>
      props["transitEncryptionMode"] === "preferred"
        ? { found: 'transitEncryptionMode is "preferred"', allowed: 'transitEncryptionMode: "required"', fix: "Preferred is for the days of a migration." }
        : undefined,
  }),
  groupRule({
    id: "CKV2_AWS_50",
    title: "the cache survives the loss of a node",
    source: checkovGraph("ElastiCacheRedisConfiguredAutomaticFailOver"),
    stacks: ["prod"],
    check: property("automaticFailoverEnabled", is(true), "It needs a replica, better in another zone."),
  }),
];
