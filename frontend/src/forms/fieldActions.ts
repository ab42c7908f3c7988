/** Adding a field to a cell's form. */

import type { Page } from "../editor/page.svelte"
import { HAS_FORM, readForm } from "./form"

/** A line for a new text field at the end of the present code cell, in which the caret then stands. */
export function addField(page: Page): void {
  const { cell } = page
  if (!cell || cell.type !== "code" || !page.mayEdit()) return
  const line = `${freeName(cell.text)} = "" #@param {type:"string"}`
  const gap = cell.text === "" || cell.text.endsWith("\n") ? "" : "\n"
  const same = cell.text ? [{ kind: "same", text: cell.text } as const] : []
  page.document.rewrite(cell.id, [...same, { kind: "new", text: gap + line }])
  page.selection.edit(cell.id, cell.text.length)
}

function freeName(source: string): string {
  const parts = HAS_FORM.test(source) ? (readForm(source)?.parts ?? []) : []
  const taken = new Set(parts.map((part) => (part.type === "field" ? part.field.name : "")))
  let number = 1
  while (taken.has(`variable_${String(number)}`)) number += 1
  return `variable_${String(number)}`
}
