/** The single values of a tenants file. A value's description says what is allowed: editors show it, and so do faults. */
import { z } from "zod";
import { HOST_ALLOWED, normaliseHost } from "./domains.ts";
import { escape } from "./display.ts";
import { ID_ALLOWED, ID_MAX, idFault } from "./identity.ts";
import { parseCpu, parseMemory, parseStorage, type Quantity } from "./quantity.ts";

/** Adds the reason, if there is one, as the issue's message. */
function because<T>(reason: (value: T) => string | undefined) {
  return (context: z.core.ParsePayload<T>): void => {
    const message = reason(context.value);
    if (message !== undefined) context.issues.push({ code: "custom", message, input: context.value });
  };
}

const line = (max: number, allowed: string): z.ZodString =>
  z
    .string()
    .check(
      because((text) => {
        if (text.trim() === "") return "is empty.";
        if (text.length > max) return `has ${text.length} characters, more than ${max}.`;
        return escape(text) === text ? undefined : "holds control or invisible characters: leave them out.";
      }),
    )
    .describe(allowed);

const pattern = (regex: RegExp, message: string, allowed: string): z.ZodString =>
  z.string().regex(regex, message).describe(allowed);

export const id = z.string().check(because(idFault)).describe(ID_ALLOWED).meta({ minLength: 1, maxLength: ID_MAX });

export const name = line(60, "the shop's name for people, at most 60 characters");

const SEMVER = /^(?=.{1,64}$)(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

export const version = pattern(
  SEMVER,
  "is not a version: every deploy names one exact version, never latest or a range.",
  "a semantic version in full, e.g. 1.4.2 or 1.5.0-rc.1",
);

export const dump = pattern(
  /^[0-9a-f]{64}$/,
  "is not the SHA-256 of a dump's manifest.",
  "64 hexadecimal digits: the SHA-256 of the verified manifest of the tenant's last dump",
);

/** Registry (with port), path in lower case, then a tag, a digest or both: https://github.com/distribution/reference */
const IMAGE =
  /^([a-zA-Z0-9][a-zA-Z0-9.-]*(:\d{1,5})?\/)?[a-z0-9]+([._/-]+[a-z0-9]+)*(:[\w][\w.-]{0,127}(@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$/;

export const image = z
  .string()
  .check(
    because((text) => {
      if (/\s/.test(text)) return "holds a space: an image is one word.";
      if (/[$`;|&<>(){}'"\\!*?]/.test(text)) return "holds characters of a shell: an image is a plain reference.";
      if (/:latest$/.test(text)) return "is tagged latest, which changes under the tenant: name one version or digest.";
      if (text.length > 255 || !IMAGE.test(text)) return "is not a full image reference with a tag or digest.";
      return undefined;
    }),
  )
  .describe("registry/path:tag or registry/path@sha256:digest, in lower case, without spaces");

export const color = pattern(/^#[0-9a-fA-F]{6}$/, "is not a colour. Quote it, since # begins a comment.", 'six digits, e.g. "#1a2b3c"');

export const font = pattern(/^[A-Za-z0-9][A-Za-z0-9 ,-]{0,59}$/, "is not a font family.", "letters, digits, spaces, commas and dashes");

export const logo = pattern(
  /^(?=.{1,200}$)(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*\.(svg|png|webp|avif|jpg)$/,
  "is not a path below the tenant's assets.",
  "a relative path to svg, png, webp, avif or jpg, e.g. brand/logo.svg",
);

export const email = pattern(
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$/,
  "is not an e-mail address.",
  "an e-mail address, e.g. ops@dior.example",
);

export const labelValue = pattern(
  /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
  "cannot be a label of the cluster.",
  "1 to 63 letters, digits, dots, dashes and underscores; a letter or digit first and last",
);

export const host = z
  .string()
  .check(
    because((text) => {
      const result = normaliseHost(text);
      return "reason" in result ? result.reason : undefined;
    }),
  )
  .describe(HOST_ALLOWED);

function httpsFault(text: string): string | undefined {
  if (!URL.canParse(text)) return "is not an address.";
  const url = new URL(text);
  if (url.protocol !== "https:") return "is not an https address.";
  return url.username + url.password === "" ? undefined : "holds a user name or password.";
}

export const httpsUrl = z.string().check(because(httpsFault)).describe("an https address, e.g. https://login.dior.example");

export const origin = z
  .string()
  .check(
    because((text) => {
      if (text.includes("*")) return "is a wildcard: name each origin.";
      const fault = httpsFault(text);
      if (fault !== undefined) return fault;
      return new URL(text).origin === text ? undefined : "is more than an origin: write scheme and host alone, in lower case.";
    }),
  )
  .describe("an origin, e.g. https://app.dior.example, without a slash last");

const quantity = (parse: (text: string) => Quantity, allowed: string): z.ZodType<string | number> =>
  z
    .union([z.string(), z.number()])
    .check(
      because((value) => {
        const result = parse(String(value));
        return result.ok ? undefined : result.reason;
      }),
    )
    .describe(allowed);

export const cpu = quantity(parseCpu, 'CPU as Kubernetes writes it, e.g. "8" or "7500m"');
export const memory = quantity(parseMemory, 'memory as Kubernetes writes it, e.g. "16Gi" or "512Mi"');
export const storage = quantity(parseStorage, 'storage as Kubernetes writes it in whole Gi, e.g. "20Gi"');
