import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { AUTHORITIES_FILE, rdsAuthorities } from "../../../stacks/aws/authorities.ts";
import { authoritiesText } from "../../../stacks/aws/authoritiesFile.ts";

const subjects = (pem: string): readonly string[] =>
  (pem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []).map((one) => new X509Certificate(one).subject.split("\n").find((line) => line.startsWith("CN=")) ?? "");

describe("the authorities of RDS", () => {
  test("are those of the package; when this fails: npm run authorities", () => {
    expect(readFileSync(AUTHORITIES_FILE, "utf8")).toBe(authoritiesText());
  });

  test("are the regions' own, and valid for years to come", () => {
    const pem = rdsAuthorities(["ap-northeast-2"]);
    expect(subjects(pem).toSorted()).toEqual(["ECC384", "RSA2048", "RSA4096"].map((key) => `CN=Amazon RDS ap-northeast-2 Root CA ${key} G1`));
    expect(new Date(new X509Certificate(pem).validTo).getFullYear()).toBeGreaterThan(2050);
    expect(subjects(rdsAuthorities(["ap-northeast-2", "ap-northeast-1"]))).toHaveLength(6);
  });

  test("of a region that RDS does not have are an error that says what to do", () => {
    expect(() => rdsAuthorities(["ap-nowhere-1"])).toThrow(`${AUTHORITIES_FILE} holds no certificate of RDS in ap-nowhere-1; it is made anew by: npm run authorities`);
  });
});
