import type { NodeRole } from "./graphModel.ts";

/** The sign of what a node does, beside that of its state: path data to be stroked, in a box of 16 by 16. */
export function roleIcon(role: NodeRole): string {
  return icons[role];
}

const icons = {
  task: "",
  case: "M3 8h3.5M6.5 8l4-3.6H13M6.5 8l4 3.6H13",
  merge: "M13 8H9.5M9.5 8l-4-3.6H3M9.5 8l-4 3.6H3",
  // a person
  approve:
    "M8 3.2a2.3 2.3 0 1 0 0 4.6a2.3 2.3 0 0 0 0-4.6zM3.6 13c.4-2.6 2.2-3.8 4.4-3.8s4 1.2 4.4 3.8",
  // a sheet with fields
  ask: "M3.5 2.5h9v11h-9zM5.7 5.6h4.6M5.7 8.2h4.6M5.7 10.8h2.4",
  // boxes in a box
  flow: "M2.5 3.5h11v9h-11zM5 6.2h2.6v3.6H5zM9.6 8h2",
  // a broom
  cleanup: "M8 2.5v5M5.2 7.5h5.6M5.2 7.5L4.2 13h7.6l-1-5.5M7 10.5V13M9 10.5V13",
} satisfies Record<NodeRole, string>;
