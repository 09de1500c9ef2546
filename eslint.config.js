import svelte from "eslint-plugin-svelte";
import globals from "globals";
import tseslint from "typescript-eslint";

const why = "what a notebook made is shown in a sandboxed frame only";

export default tseslint.config(
  {
    ignores: [
      "dist",
      "coverage",
      "test-results",
      "playwright-report",
      "public",
      "src/language",
      "test/fixtures",
    ],
  },
  ...tseslint.configs.strict,
  ...svelte.configs["flat/recommended"],
  {
    languageOptions: { globals: { ...globals.browser, ...globals.worker } },
    rules: {
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-console": "error",
      "prefer-const": "error",
      "no-var": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: "MemberExpression[property.name=/^(inner|outer)HTML$/]",
          message: `Build elements instead: ${why}.`,
        },
        {
          selector:
            "CallExpression[callee.property.name=/^(insertAdjacentHTML|setHTMLUnsafe|createContextualFragment)$/]",
          message: `Build elements instead: ${why}.`,
        },
        {
          selector:
            "CallExpression[callee.object.name='document'][callee.property.name=/^write(ln)?$/]",
          message: `Build elements instead: ${why}.`,
        },
        {
          selector: "TSEnumDeclaration, TSModuleDeclaration[kind='namespace']",
          message: "Use a union of literals, or a module.",
        },
        { selector: "TSParameterProperty", message: "Write the field out." },
      ],
      "no-restricted-exports": [
        "error",
        { restrictDefaultExports: { direct: true, named: true } },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
      // A comment beside an empty function would only say that it is empty.
      "@typescript-eslint/no-empty-function": "off",
      // `void promise` and type arguments such as `Ref<void>` are meant.
      "@typescript-eslint/no-invalid-void-type": "off",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: { "svelte/no-at-html-tags": "error" },
  },
  {
    files: ["**/*.svelte"],
    rules: { "no-restricted-exports": "off" },
  },
  {
    files: ["*.config.{js,ts}"],
    rules: { "no-restricted-exports": "off" },
  },
  {
    files: ["scripts/**", "build/**", "*.config.*"],
    languageOptions: { globals: globals.node },
    rules: { "no-console": "off" },
  },
  {
    files: ["test/**"],
    rules: {
      "no-console": "off",
      // A test fails loudly where the value is missing, which is all it has to do.
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
);
