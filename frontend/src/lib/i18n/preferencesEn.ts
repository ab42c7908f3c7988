/** A person's own settings and key bindings. */

export const preferencesEn = {
  title: "Settings",
  site: "Site",
  editor: "Editor",
  theme: "Theme",
  themes: { adaptive: "Adaptive", light: "Light", dark: "Dark" },
  language: "Language",
  browserLanguage: "Like my browser",
  languageLater: "The page speaks this language when it is opened again.",
  fontSize: "Font size of code",
  indent: "Indentation width",
  spaces: (count: number) => `${String(count)} spaces`,
  preview: "Preview of text cells",
  lineNumbers: "Show line numbers",
  wrap: "Wrap long lines",
  completeAsTyped: "Suggest completions while typing",
  diagnostics: "Code diagnostics",
  levels: { syntax: "Syntax", types: "Syntax and type checking", none: "None" },
  checkedUpTo: "Code is checked in notebooks of up to 1,000 code cells.",
  vim: "Vim key bindings",
  vimText: "With Vim keys, Esc in normal mode leaves the cell.",
}

/** What is wrong with code that has not run; syntax errors are told in the language server's own words. */
export const diagnosticsEn = {
  noName: (name: string) => `“${name}” is not defined.`,
  noModule: (name: string) => `The module “${name}” is not found in this machine.`,
}

export const shortcutsEn = {
  change: "Change",
  changeOf: (name: string) => `Change the keys of ${name}`,
  reset: "Reset",
  resetOf: (name: string) => `Reset the keys of ${name}`,
  resetAll: "Reset all",
  resetDone: "All commands have their usual keys.",
  press: (name: string) => `Press the keys for “${name}”, or Esc to leave them as they are.`,
  second: "Ctrl+M is the beginning of two: press the second key.",
  needsModifier: "A key alone is needed for writing. Use it with Ctrl, Alt or after Ctrl+M.",
  done: (keys: string, name: string) => `${keys} is “${name}” now.`,
  taken: (keys: string, name: string, other: string) => `${keys} is “${name}” now, and no longer “${other}”.`,
}
