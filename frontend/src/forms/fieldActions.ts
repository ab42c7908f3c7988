/** Adding a field to a cell's form, and choosing what a cell with a form shows. */

import type { CellView } from "../document/document"
import type { Page } from "../editor/page.svelte"
import { words } from "../lib/i18n"
import { HAS_FORM, readForm } from "./form"

/** Ask what field it shall be; in a text cell there is no place for one. */
export function addField(page: Page): void {
  if (page.cell?.type !== "code") page.notices.say("info", words.newField.needsCode)
  else if (page.mayEdit()) page.dialog = "field"
}

/** Lines for a new field at the end of the present code cell, where the caret then stands. */
export function addLine(page: Page, line: string): void {
  const { cell } = page
  if (cell?.type !== "code" || !page.mayEdit()) return
  const gap = cell.text === "" || cell.text.endsWith("\n") ? "" : "\n"
  const same = cell.text ? [{ kind: "same", text: cell.text } as const] : []
  page.document.rewrite(cell.id, [...same, { kind: "new", text: gap + line }])
  page.selection.edit(cell.id, cell.text.length)
}

export function freeName(source: string): string {
  const parts = HAS_FORM.test(source) ? (readForm(source)?.parts ?? []) : []
  const taken = new Set(parts.map((part) => (part.type === "field" ? part.field.name : "")))
  let number = 1
  while (taken.has(`variable_${String(number)}`)) number += 1
  return `variable_${String(number)}`
}

export function hasForm({ cell }: Page): boolean {
  return cell?.type === "code" && HAS_FORM.test(cell.text) && readForm(cell.text) !== undefined
}

/** What the present cell shows, if it has a form. */
export function viewOf({ cell }: Page): CellView {
  return cell?.view ?? (cell && readForm(cell.text)?.hidesCode ? "form" : "both")
}

export function chooseView(view: CellView): (page: Page) => void {
  return (page) => {
    if (page.cell && hasForm(page) && page.mayEdit()) page.document.chooseView(page.cell.id, view)
  }
}
