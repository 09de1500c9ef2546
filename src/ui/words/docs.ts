/** Words of the documentation. */

export const docs = "Docs";
export const docs2 = ({ title }: { title: string }) => `Docs: ${title}`;
