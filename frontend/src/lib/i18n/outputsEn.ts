/** The menu of a cell's outputs, tracebacks, and what is drawn of data. */

/** A cell by its number; the scratch cell has none. */
export const cellEn = (cell: number) => (cell ? `cell ${String(cell)}` : "the scratch cell")

export const outputActionsEn = {
  label: (cell: number) => `Output actions of ${cellEn(cell)}`,
  title: "Code cell output actions",
  show: "Show output",
  hide: "Hide output",
  hidden: "Output hidden. Show it",
  clear: "Clear output",
  fullscreen: "View output fullscreen",
  noFullscreen: "The browser did not allow fullscreen.",
  scrollBox: "View output in a scrollable box",
  copy: "Copy output",
  copyError: "Copy error",
  copied: "The output was copied.",
  downloadImage: "Download image",
  downloadOneImage: (number: number) => `Download image ${String(number)}`,
  libraryFrames: (count: number) => `${String(count)} ${count === 1 ? "frame" : "frames"} of libraries`,
}

export const dataTableEn = {
  label: "Interactive table",
  convert: "Convert this data frame to an interactive table",
  still: "Show it as it was printed",
  search: "Search all columns",
  filter: "Filter",
  filterOf: (column: string) => `Filter ${column}`,
  copy: "Copy as CSV",
  download: "Download CSV",
  copied: (rows: number, all: number) =>
    rows < all
      ? `The first ${rows.toLocaleString("en")} of ${all.toLocaleString("en")} rows were copied. Download CSV gives all.`
      : `${rows.toLocaleString("en")} ${rows === 1 ? "row was" : "rows were"} copied.`,
  ofAll: (rows: number) => `(${rows.toLocaleString("en")} in all)`,
  rowsOnPage: "Rows on a page",
}
