/** What is said of a file that is read as a notebook: what could not be taken as it was, and why it cannot be read. */

/** Of a Jupyter notebook. */
export const rawText = "raw text";
export const becameText = ({
  cells,
  language,
}: {
  cells: number;
  language: string;
}) =>
  `${cells === 1 ? "One cell" : `${cells} cells`} of ${language} became text: Flowbook runs TypeScript, JavaScript and SQL.`;
/** `isAll` is false if there are more of them than are named. */
export const namesMade = ({
  names,
  isAll,
}: {
  names: string;
  isAll: boolean;
}) =>
  `Cells without a name are called ${names}${isAll ? "" : " and so on"} now.`;
export const outputsLeft =
  "The outputs of the file were left behind. Run the notebook to have its own.";
export const inConflict =
  "The Jupyter notebook holds an unresolved merge conflict. Resolve it first: choose one side of each <<<<<<< … >>>>>>> part.";
export const noJson = (reason: string) =>
  `The Jupyter notebook cannot be read, because it is not valid JSON (${reason}). It may have been cut: download it again.`;
export const newerFormat = (format: number) =>
  `The Jupyter notebook is of format ${format}, and Flowbook reads formats up to 4. Save it from Jupyter as format 4.`;
export const noCells =
  "The file is no Jupyter notebook: it has no list of cells.";

/** Of a module of TypeScript. */
export const noStatement = (cell: string) =>
  `The cell ${cell} is marked as SQL but does not hold one statement in sql\`...\`, so it was taken as TypeScript.`;
export const otherName = ({ wanted, name }: { wanted: string; name: string }) =>
  `"${wanted}" cannot be the name of a cell, so the cell is called ${name}.`;

/** Of a page of HTML. */
export const noNotebookInPage =
  "This page holds no notebook. Only pages that were downloaded from Flowbook can be opened again; anything else can be kept with a notebook under Files.";
export const pageDamaged =
  "The notebook that this page holds is damaged, most likely because the file was cut or edited. Ask for it again, or for the .flow.md file.";

/** Of a file of another kind. */
export const noNotebook = (file: string) =>
  `${file} is not a notebook. Open a file that ends in .flow.md, .md, .ipynb, .ts, or a .html that was downloaded from Flowbook; other files can be added to a notebook under Files.`;
