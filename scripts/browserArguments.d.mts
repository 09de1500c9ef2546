/** How Chromium is started for measurements. */
export const browserArguments: string[];
/** How Chromium is started for tests. */
export const testArguments: string[];
