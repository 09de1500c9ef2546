/** Words of the checker of types and queries. */

export const checkerNotLoaded =
  "Completion and type checking could not be started: a part of the app could not be loaded. Everything else works. Reload the page when you are online to get them.";
export const unknownTable = ({
  name,
  nearest,
}: {
  name: string;
  nearest: string;
}) => `There is no table “${name}”. Did you mean “${nearest}”?`;
export const noTable = (name: string) =>
  `There is no table “${name}” yet. A task makes it with load("${name}", rows).`;

export const reservedName = (name: string) =>
  `${name.toUpperCase()} is a word of SQL. As the name of a table it stands in quotes: \`"${name}"\`.`;
