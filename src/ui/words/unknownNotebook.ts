/** Words of an address that leads to no notebook. */

export const unknownNotebook =
  "This notebook is not on this device. It may have been deleted here, or its address comes from another browser: ask for a link or a file.";
