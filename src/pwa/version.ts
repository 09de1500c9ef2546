/** A version of the app is called by the hashed name of the page's entry script, which changes with everything that it loads. */
const lockPrefix = "flowbook-version:";

/** The version that files belong to, by the entry script among them. */
export function versionOf(files: readonly string[]): string | undefined {
  return files
    .map((file) => /(?:^|\/)(index-[\w-]{8})\.js$/.exec(file)?.[1])
    .find((name) => name !== undefined);
}

/** The version that this page is; undefined if it was not built. */
export function ownVersion(): string | undefined {
  const scripts = [
    ...document.querySelectorAll<HTMLScriptElement>("script[src]"),
  ];
  return versionOf(scripts.map(({ src }) => new URL(src).pathname));
}

/** Holds on to a version as long as this tab is open, so that its files are kept. */
export function holdVersion(version: string): void {
  navigator.locks
    ?.request(
      lockPrefix + version,
      { mode: "shared" },
      () => new Promise(() => {}),
    )
    // A browser that denies the page its storage denies it locks.
    .catch(() => undefined);
}

/** The versions that open tabs run. */
export async function heldVersions(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(
    held.flatMap(({ name }) =>
      name?.startsWith(lockPrefix) ? [name.slice(lockPrefix.length)] : [],
    ),
  );
}
