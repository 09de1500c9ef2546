export const places: Readonly<
  Record<"declarations" | "readme" | "reference" | "limits", string>
>;
export function printReference(declarations: string): string;
export function printLimits(page: string, readme: string): string;
