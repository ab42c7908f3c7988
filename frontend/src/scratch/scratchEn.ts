/** The scratch cell. Fetched with it. */

export const scratchEn = {
  title: "Scratch code cell",
  about: "Not part of the notebook: only you see this cell and what it prints. Its code stays in this browser.",
  editor: "Code of the scratch cell",
  hint: "Try something out",
  insert: "Insert into notebook",
  insertHint: "As a new cell below the selected one",
  take: "Copy selected cell here",
  taken: "The scratch cell now has the code of the selected cell.",
  undo: "Undo",
  noCode: "Select a code cell first.",
  notKept: "This browser has no room left: the scratch cell is gone when the page is closed.",
}
