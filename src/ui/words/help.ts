/** Words of the sheet of keys. */

export const keyboard = "Keyboard";
export const or = "or";
export const graph = "Graph";
export const walkEdges = "Walk along the edges";
export const selectTheNode = "Select the node";
export const toggleSubFlow = "Open or close a sub-flow";
export const nodeMenu = "Menu of the node";
export const selectNothing = "Select nothing";
export const documentation = "Documentation";
/** Marked. */
export const cellModes =
  "A cell is either *selected* or *edited*. Enter edits the selected cell, Esc goes back; plain letters count only while it is not edited.";
