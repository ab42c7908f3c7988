/** The panes of the machine, as far as the page needs them before one is opened. */

export const machineEn = {
  rail: "Side panels",
  files: "Files",
  terminal: "Terminal",
  uploadBroke: "This file could not be read or sent. Nothing of it is in the machine under its name; try again.",
  leaveChanged: (name: string) => `Close “${name}” without saving your changes?`,
  tooLargeToEdit: "This file is too large to be edited here (2 MB at most). You can download it.",
  noText: "This is not a text file. You can download it.",
  variables: "Variables",
  secrets: "Secrets",
}
