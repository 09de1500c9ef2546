/** What to write where a query takes the name of a SQL cell for a table, as its error says; undefined of other errors. */
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
    `${cell.name} is a SQL cell and no table, and a query finds tables only. Write the query of that cell in its place, FROM (SELECT ...) AS ${cell.name}, or make a view of it with db.exec in a task.`
  );
}
