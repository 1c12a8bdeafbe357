import { ToolError } from "../errors.ts";
import { FileStore } from "./fileStore.ts";
import { S3Store } from "./s3Store.ts";
import { tenantFolder, type Store } from "./store.ts";

/** Opens `file:///folder` or `s3://bucket?region=…`; the region is the environment's when none is named. `retention` is the object tag by which a bucket's rules end a dump. */
export async function openStore(url: string, tenant: string, retention: string | undefined): Promise<Store> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === "file:") return new FileStore(parsed, tenantFolder(tenant));
  if (parsed?.protocol === "s3:" && parsed.hostname !== "" && /^\/?$/.test(parsed.pathname)) {
    return await S3Store.open(parsed.hostname, tenantFolder(tenant), { region: parsed.searchParams.get("region") ?? undefined, retention });
  }
  throw new ToolError({
    problem: "The store is not one that this program knows.",
    given: url,
    allowed: "file:///folder, or s3://bucket?region=… without a path",
    advice: "give --store, or set BACKUP_STORE.",
  });
}
