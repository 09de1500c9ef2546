import type { Library } from "./library.ts";
import { retention } from "./retention.ts";

/** A library without notebooks that keeps nothing but settings, and those until the page is closed. It touches no storage. */
export function forgetfulLibrary(): Library {
  const settings = new Map<string, unknown>();
  const nothing = (): Promise<void> => Promise.resolve();
  const missing = (): Promise<undefined> => Promise.resolve(undefined);
  const none = <T>(): Promise<T[]> => Promise.resolve([]);
  return {
    list: none,
    read: missing,
    readHistory: missing,
    write: nothing,
    writeAsOwner: nothing,
    leave: () => true,
    remove: missing,
    versions: {
      retention,
      add: nothing,
      list: none,
      read: missing,
      ofRun: none,
    },
    readSetting: <T>(name: string) =>
      Promise.resolve(settings.get(name) as T | undefined),
    async writeSetting(name, value) {
      settings.set(name, value);
    },
    async removeSetting(name) {
      settings.delete(name);
    },
    settingNames: () => Promise.resolve([...settings.keys()]),
  };
}
