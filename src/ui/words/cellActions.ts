/** What is said after something was done to a cell. */

export const cellMoved = ({
  cell,
  position,
  count,
}: {
  cell: string;
  position: number;
  count: number;
}) => `${cell} is cell ${position} of ${count} now.`;
export const splitHint =
  "Put the cursor where the cell is to be parted, then split it.";
export const cellCopied = (cell: string) => `${cell} was copied.`;
export const isAuto = (cell: string) =>
  `The tasks of ${cell} run by themselves when they or their inputs change, once their flow has been run.`;
export const isNotAuto = (cell: string) =>
  `The tasks of ${cell} run when you press Run or Resume.`;
