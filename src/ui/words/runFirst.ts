/** Words where something shows up after a run. */

export const run = ({ name }: { name: string }) => `Run ${name}`;
export const thereIsNoTableYet = ({
  table,
  flow,
}: {
  table: string;
  flow: string;
}) => `There is no table ${table} yet. Run ${flow} first.`;
