import svelte from "eslint-plugin-svelte";
import globals from "globals";
import tseslint from "typescript-eslint";

const why = "what a notebook made is shown in a sandboxed frame only";

export default tseslint.config(
  {
    ignores: [
      "dist",
      "dist-node",
      "release",
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
          selector: "MemberExpression[property.name='innerHTML']",
          message: `Build elements instead: ${why}.`,
        },
        {
          // To read it is how a chart becomes text; nothing is made of markup that way.
          selector:
            "AssignmentExpression > MemberExpression.left[property.name='outerHTML']",
          message: `Build elements instead: ${why}.`,
        },
        {
          selector: "SvelteDirective[key.name.name=/HTML$/]",
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
      // With noUncheckedIndexedAccess, an index that a loop or a check vouches for needs one.
      "@typescript-eslint/no-non-null-assertion": "off",
      // A comment beside an empty function would only say that it is empty.
      "@typescript-eslint/no-empty-function": "off",
      // `void promise` and type arguments such as `Ref<void>` are meant.
      "@typescript-eslint/no-invalid-void-type": "off",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      "svelte/no-at-html-tags": "error",
      // State is replaced as a whole (`$state.raw`); a Map inside a function is nobody's state.
      "svelte/prefer-svelte-reactivity": "off",
      // `let { ... } = $props()` is how Svelte's own documentation writes it.
      "prefer-const": "off",
      "svelte/prefer-const": [
        "error",
        { excludedRunes: ["$props", "$derived", "$state"] },
      ],
      // {"\n"} is a line break where a bare one would be taken away.
      "svelte/no-useless-mustaches": ["error", { ignoreStringEscape: true }],
      // svelte-check knows what the compiler warns of; here, not all of it is seen.
      "svelte/no-unused-svelte-ignore": "off",
    },
  },
  {
    files: ["**/*.svelte"],
    rules: { "no-restricted-exports": "off" },
  },
  {
    files: ["**/*.config.{js,ts}", "**/*.d.ts"],
    rules: { "no-restricted-exports": "off" },
  },
  {
    files: ["scripts/**", "build/**", "*.config.*"],
    languageOptions: { globals: globals.node },
    rules: { "no-console": "off" },
  },
  {
    files: ["test/**"],
    rules: { "no-console": "off" },
  },
);
