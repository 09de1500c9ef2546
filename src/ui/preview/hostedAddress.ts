import { FlowError } from "../../core/errors.ts";
import * as words from "../words/foreign.ts";

/** Where the text of a notebook is fetched from, when it is shared by the address that people see: pages of GitHub and GitLab show a file and are not the file. */
export function hostedAddress(text: string, base: string): URL {
  let url: URL;
  try {
    url = new URL(text.trim(), base);
  } catch {
    throw new FlowError("invalid-argument", words.noAddress(text));
  }
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  const isOwn = url.origin === new URL(base).origin;
  if (
    url.protocol !== "https:" &&
    !(url.protocol === "http:" && (isLocal || isOwn))
  )
    throw new FlowError("invalid-argument", words.httpsOnly(url.href));
  url.username = url.password = "";
  return rawOf(url) ?? url;
}

function rawOf(url: URL): URL | undefined {
  const parts = url.pathname.split("/").filter((part) => part !== "");
  switch (url.hostname) {
    case "gist.github.com": {
      const [owner, id, version, ...rest] = parts;
      if (!owner || !id) return undefined;
      // Without the name of a file it is the first one. The page's own "raw" leads there as well, but lets no other page follow.
      const revision = /^[0-9a-f]{40}$/.test(version ?? "") ? version : "";
      const file = version === "raw" ? rest.join("/") : revision;
      return new URL(
        `https://gist.githubusercontent.com/${owner}/${id}/raw/${file}`,
      );
    }
    case "github.com": {
      const [owner, name, kind, ...rest] = parts;
      if ((kind !== "blob" && kind !== "raw") || rest.length < 2)
        return undefined;
      return new URL(
        `https://raw.githubusercontent.com/${owner}/${name}/${rest.join("/")}`,
      );
    }
    case "gitlab.com":
      if (!url.pathname.includes("/-/blob/")) return undefined;
      return new URL(url.href.replace("/-/blob/", "/-/raw/"));
    default:
      return undefined;
  }
}
