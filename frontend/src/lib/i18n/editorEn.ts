/** Forms, the command palette, the table of contents. */

export const formsEn = {
  form: "Form",
  showCode: "Show code",
  hideCode: "Hide code",
  figure: (name: string) => `${name} as a figure`,
  refused: (value: string) => `“${value}” cannot be the value here, so the code keeps the one before.`,
}

export const paletteEn = {
  title: "Command palette",
  search: "Search for a command",
  list: "Commands",
  none: "No command is called like this.",
}

export const contentsEn = {
  title: "Table of contents",
  none: "Headings of text cells are listed here. Write one with a # before it.",
}

export const findEn = {
  title: "Find and replace",
  find: "Find",
  replacement: "Replace with",
  case: "Match case",
  word: "Whole words",
  regex: "Regular expression",
  previous: "Previous",
  next: "Next",
  replaceOne: "Replace",
  replaceAll: "Replace all",
  count: (at: number, all: number) => `${String(at)} of ${String(all)}`,
  none: "Not found",
  wrong: "This is not a regular expression yet.",
  replaced: (count: number) => `${String(count)} ${count === 1 ? "place was" : "places were"} replaced.`,
}
