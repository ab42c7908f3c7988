/** Cells in bulk, their sections, and the tools of text cells. */

export const cellsEn = {
  select: "Select cell",
  cut: "Cut cell",
  copy: "Copy cell",
  delete: "Delete cell",
  chosen: (count: number) => `${String(count)} cells selected`,
  isChosen: "selected",
  copied: (count: number) => `${String(count)} ${count === 1 ? "cell" : "cells"} copied`,
  status: "Selected cells",
  drag: "Drag to move",
  toScratch: "Copy to scratch cell",
  noneRan: "No cell of this notebook was run yet.",
  noCaret: "Put the caret where the cell shall be split.",
}

export const sectionsEn = {
  section: (n: number) => `Section of cell ${String(n)}`,
  fold: "Collapse this section",
  unfold: "Expand this section",
  hidden: (count: number) => `${String(count)} ${count === 1 ? "cell" : "cells"} hidden`,
  run: "Run the cells of this section",
  kept: "Who opens the notebook finds these sections collapsed.",
  newOne: "New section",
}

export const textToolsEn = {
  title: "Text formatting",
  heading: "Heading",
  bold: "Bold",
  italic: "Italic",
  code: "Code",
  link: "Link",
  linkText: "link",
  image: "Insert image",
  numbers: "Numbered list",
  bullets: "Bulleted list",
  quote: "Quote",
  rule: "Horizontal rule",
  math: "LaTeX",
  preview: (place: string) => `Preview: ${place}`,
  previews: { right: "beside", below: "below", none: "none" },
  noRoom: (name: string) => `This cell has no room for ${name}. Put it in a cell of its own.`,
  unreadable: (name: string) => `${name} could not be read as a picture.`,
}
