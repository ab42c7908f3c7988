/** Which cells a change has touched, and what they say after it. */

import type * as Y from "yjs"

import { sourceOf, typeOf, type NotebookDocument } from "./document"
import type { KeptText } from "./pending"

/** What the touched cells say now, to be shown if these edits can never be merged. */
export function textsTouched(
  document: NotebookDocument,
  transaction: Y.Transaction,
): Pick<KeptText, "cell" | "type" | "text">[] {
  const touched = new Set<string>()
  for (const [type, keys] of transaction.changed) {
    if (type === (document.cells as unknown)) keys.forEach((key) => key && touched.add(key))
    else touched.add(cellAround(type as unknown as Y.AbstractType<unknown>) ?? "")
  }
  return [...touched].flatMap((id) => {
    const cell = document.cell(id)
    return cell ? [{ cell: id, type: typeOf(cell), text: sourceOf(cell).toString() }] : []
  })
}

/** The notebook has this very text already. */
export function says(document: NotebookDocument, { cell: id, text }: Pick<KeptText, "cell" | "text">): boolean {
  const cell = document.cell(id)
  return cell !== undefined && sourceOf(cell).toString() === text
}

/** The id of the cell that a changed part of the document belongs to. */
function cellAround(type: Y.AbstractType<unknown>): string | undefined {
  let item = type._item
  while (item) {
    const parent = item.parent as Y.AbstractType<unknown>
    if (!parent._item) return item.parentSub ?? undefined
    item = parent._item
  }
  return undefined
}
