/** What the bench uses of packages that come without types. */
declare module "@observablehq/runtime" {
  export class Runtime {
    module(): {
      variable(observer: {
        fulfilled?: (value: unknown) => void;
        rejected?: (error: unknown) => void;
      }): {
        define(
          name: string,
          inputs: readonly string[],
          fn: (...inputs: never[]) => unknown,
        ): void;
      };
    };
    dispose(): void;
  }
}

declare module "async/auto.js" {
  const auto: (tasks: Record<string, unknown>) => Promise<unknown>;
  export default auto;
}
