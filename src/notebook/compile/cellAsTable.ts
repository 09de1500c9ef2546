/** What to write where code queries a SQL cell as if it were a table, as the error says; undefined of other errors. */
export function adviceOnCell(
  message: string,
  cells: readonly { kind: string; name: string }[],
): string | undefined {
  const table = /no such table: ([^\s.]+)/i.exec(message)?.[1]?.toLowerCase();
  const cell = cells.find(
    ({ kind, name }) => kind === "sql" && name.toLowerCase() === table,
  );
  return (
    cell &&
    `${cell.name} is a SQL cell and no table. Other SQL cells read it by its name; what code asks of the database finds tables only, and has the rows of the cell as the value ${cell.name}.`
  );
}
