/** Words of cells that a flow has to run for first. */
export const missingTable = ({
  table,
  flow,
}: {
  table: string;
  flow: string;
}) => `There is no table ${table} yet. Run ${flow} first.`;
export const tableToCome = ({ table, flow }: { table: string; flow: string }) =>
  `There is no table ${table} yet. ${flow} is running.`;

export const cellAsTable = (cell: string) =>
  `${cell} is a SQL cell and no table. Its rows are given by flowbook.output(${JSON.stringify(cell)}).`;
