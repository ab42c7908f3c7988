/** The headings of a text cell, read once for each text that it has. */

import type { Cell } from "../document/cells.svelte"
import { type Heading, headingsOf } from "../outputs/markdown"

const read = new WeakMap<Cell, { text: string; headings: readonly Heading[] }>()

export function headingsIn(cell: Cell): readonly Heading[] {
  const known = read.get(cell)
  if (known?.text === cell.text) return known.headings
  const mayHave = cell.text.includes("#") || /\n\s*[=-]/.test(cell.text)
  const headings = mayHave ? headingsOf(cell.text) : []
  read.set(cell, { text: cell.text, headings })
  return headings
}
