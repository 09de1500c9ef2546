import type { Program } from "../../../notebook/compile/program.ts";
import type { Current } from "./current.ts";
import { Packages } from "./packages.ts";
import { Places } from "./stack.ts";
import { World } from "./world.ts";

const name = "rehearsal";

/** A notebook of our own, as the compiler would give it: a task that passes rows on, and a flow that calls it. */
const program: Program = {
  cells: [
    {
      id: name,
      name,
      kind: "ts",
      code: `flowbookCell("${name}",async function(){const step=task((rows)=>rows,{retries:1,retryDelay:"1s"});flow("${name}",()=>step.with({name:"last"})(step([])));return{step}})`,
      shift: 0,
      inserts: [],
      declares: ["step"],
      inputs: [],
      language: ["task", "flow"],
      isView: false,
      hash: name,
    },
  ],
  versions: {},
  hash: name,
  usesContext: [],
  flows: [],
  tasks: {},
  diagnostics: [],
  broken: {},
};

/**
 * Draws a flow of our own in a worker that nobody waits for yet, and forgets it: what draws is compiled then, and the next
 * script finds its way sooner. Waits for nothing, so it is over before the worker hears of a notebook.
 */
export async function rehearse(current: Current): Promise<void> {
  const world = new World(current, program, new Places(), {
    isDrawing: true,
    show: (value) => value,
    packages: new Packages(current.platform, {}),
  });
  current.world = world;
  await world.trace().catch(() => undefined);
  current.world = undefined;
}
