import { createHash, createHmac, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

const ITERATIONS = 4096;
const derive = promisify(pbkdf2);

/** A password that is already a verifier: the server stores it as it is. */
export function isVerifier(password: string): boolean {
  return /^SCRAM-SHA-256\$\d+:[^$]+\$[^:]+:.+$/u.test(password) || /^md5[0-9a-f]{32}$/u.test(password);
}

/**
 * The SCRAM-SHA-256 verifier that the server would compute for a password of ASCII characters
 * (https://www.rfc-editor.org/rfc/rfc5803). It is sent in place of the password: with `log_statement = ddl` the server
 * writes CREATE ROLE and ALTER ROLE into its log as they are, and pg_stat_activity shows them to other sessions.
 */
export async function scramVerifier(password: string, salt: Buffer = randomBytes(16)): Promise<string> {
  const salted = await derive(password, salt, ITERATIONS, 32, "sha256");
  const mac = (text: string): Buffer => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(mac("Client Key")).digest("base64");
  const serverKey = mac("Server Key").toString("base64");
  return `SCRAM-SHA-256$${String(ITERATIONS)}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

/** The md5 form under which an old server may hold a password. */
export function md5Verifier(password: string, role: string): string {
  return `md5${createHash("md5").update(password + role).digest("hex")}`;
}
