/** The parts of Jupyter's notebook format (nbformat 4.5) that are written here. */
export interface Ipynb {
  cells: readonly IpynbCell[];
  metadata: {
    /** What Flowbook needs to give the notebook back as it was. */
    flowbook: { frontMatter: string };
    kernelspec: { display_name: string; language: string; name: string };
    language_info: {
      codemirror_mode: string;
      file_extension: string;
      mimetype: string;
      name: string;
      nbconvert_exporter: string;
      pygments_lexer: string;
    };
    title: string;
  };
  nbformat: 4;
  nbformat_minor: 5;
}

export type IpynbCell =
  | {
      cell_type: "markdown";
      /** Unique in the notebook: letters, digits, - and _, 64 at most. */
      id: string;
      /** Jupyter's own field for a heading whose section is folded. */
      metadata: { "jp-MarkdownHeadingCollapsed"?: true };
      source: readonly string[];
    }
  | {
      cell_type: "code";
      execution_count: null;
      id: string;
      metadata: IpynbCellMetadata;
      outputs: readonly IpynbOutput[];
      source: readonly string[];
    };

export interface IpynbCellMetadata {
  /** The cell's name; Jupyter's own field. */
  name: string;
  flowbook: { kind: "ts" | "js" | "sql"; flags?: string };
  /** What VS Code takes a cell to be written in. */
  vscode?: { languageId: string };
}

/** Data by media type; texts are lists of lines, each with its line break. */
export type IpynbData = Readonly<Record<string, unknown>>;

export type IpynbOutput =
  | {
      output_type: "display_data";
      data: IpynbData;
      metadata: Record<string, never>;
    }
  | {
      output_type: "error";
      ename: string;
      evalue: string;
      traceback: readonly string[];
    };

/** A text as the format holds it: in lines, each but the last with its line break. */
export function toLines(text: string): readonly string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}
