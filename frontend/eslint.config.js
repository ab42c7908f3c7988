import js from "@eslint/js"
import svelte from "eslint-plugin-svelte"
import globals from "globals"
import ts from "typescript-eslint"

import svelteConfig from "./svelte.config.js"

export default ts.config(
  { ignores: ["dist", "node_modules"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    rules: {
      "max-lines": ["error", { max: 400 }],
      "max-lines-per-function": ["error", { max: 60 }],
      "no-eval": "error",
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  {
    // Svelte's own values (each blocks, bindings) are checked by svelte-check; a `let` may be a binding.
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      "prefer-const": "off",
      "svelte/prefer-const": "error",
      // Reactive collections here are immutable values that are replaced whole; the others are bookkeeping.
      "svelte/prefer-svelte-reactivity": "off",
    },
  },
  {
    // A dictionary is read by looking a word up.
    files: ["src/lib/i18n/*.ts"],
    rules: { "max-lines": "off" },
  },
  {
    files: ["**/*.test.ts", "*.config.*"],
    languageOptions: { globals: globals.node },
    rules: { "max-lines-per-function": "off", "@typescript-eslint/no-non-null-assertion": "off" },
  },
)
