/** Words of a sheet, whatever it shows. */

export const close = "Close";
