/** Words of the documentation. */

export const docs = "Docs";
export const docsTitled = (title: string) => `Docs: ${title}`;
