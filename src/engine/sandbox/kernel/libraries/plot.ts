import { Plot, d3 } from "./charts.ts";

// A library of the sandbox: it sets the globals by which cells know it.
Object.assign(globalThis, { Plot, d3 });
