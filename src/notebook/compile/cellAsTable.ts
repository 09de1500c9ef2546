/** The SQL cell that an error says is no table of the database; undefined of other errors. */
export function cellAsTable(
  message: string,
  cells: readonly { kind: string; name: string }[],
): string | undefined {
  const table = /no such table: ([^\s.]+)/i.exec(message)?.[1]?.toLowerCase();
  return cells.find(
    ({ kind, name }) => kind === "sql" && name.toLowerCase() === table,
  )?.name;
}

/** What to write where code queries a SQL cell as if it were a table, as the error says; undefined of other errors. */
export function adviceOnCell(
  ...given: Parameters<typeof cellAsTable>
): string | undefined {
  const name = cellAsTable(...given);
  return (
    name &&
    `${name} is a SQL cell and no table. Other SQL cells read it by its name; what code asks of the database finds tables only, and has the rows of the cell as the value ${name}.`
  );
}
