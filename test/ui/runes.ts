/**
 * Runes as plain values, for modules of the page that a test runs without the compiler of Svelte: nothing follows a change, and
 * nothing derived is there. To be imported before these modules.
 */
const asItIs = <T>(value?: T): T | undefined => value;

Object.assign(globalThis, {
  $state: Object.assign(asItIs, { raw: asItIs }),
  $derived: Object.assign(asItIs, { by: () => undefined }),
});
