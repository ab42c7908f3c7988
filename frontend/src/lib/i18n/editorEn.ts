/** Forms, the command palette, the table of contents. */

export const formsEn = {
  form: "Form",
  showCode: "Show code",
  hideCode: "Hide code",
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
