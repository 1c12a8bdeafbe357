import { PolicyPack } from "@pulumi/policy";
import { RULES } from "../rules/index.ts";
import { RULE_SUPPRESSIONS } from "../exceptions.ts";
import { stackPolicies } from "./policies.ts";

new PolicyPack("privatesales", { enforcementLevel: "mandatory", policies: [...stackPolicies(RULES, RULE_SUPPRESSIONS)] });
