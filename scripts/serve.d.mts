export function serve(options: {
  folder: string;
  base?: string;
  port?: number;
  isStrict?: boolean;
  headers?: Readonly<Record<string, string>>;
  gate?: (file: string) => Promise<void> | void;
}): Promise<{ url: string; close(): Promise<void> }>;
