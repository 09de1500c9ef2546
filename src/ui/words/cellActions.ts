/** What is said after something was done to a cell. */

export const isCellOfNow = ({
  cell,
  at,
  cells,
}: {
  cell: string;
  at: number;
  cells: number;
}) => `${cell} is cell ${at} of ${cells} now.`;
export const putTheCursorWhereThe =
  "Put the cursor where the cell is to be parted, then split it.";
export const wasCopied = ({ cell }: { cell: string }) => `${cell} was copied.`;
