/** What people do with their machine: run cells, interrupt, restart, connect, delete. */

import type { Cell } from "../document/cells.svelte"
import { newUuid } from "../lib/ids"
import { words } from "../lib/i18n"
import { isTrusted, trust } from "../lib/trust"
import type { Run } from "../runtime/client.svelte"
import type { Execution } from "../runtime/executions.svelte"
import { insertCell } from "./cellActions"
import { chosenCells } from "./chosenCells"
import type { Page } from "./page.svelte"

/** Run these cells in their order; as a batch, an error stops the ones after it. */
export function runCells(page: Page, cells: readonly Cell[]): void {
  if (!isTrusting(page, () => runCells(page, cells)) || !page.mayRun()) return
  const batch = cells.length > 1 ? { batch: newUuid() } : {}
  const runs = cells.filter((cell) => isRunnable(page, cell)).map((cell) => begin(page, cell, cell.text, batch))
  void page.runtime.run(runs)
}

export function runAll(page: Page): void {
  runCells(page, page.cells.list)
}

export function runBefore(page: Page): void {
  runCells(page, page.cells.list.slice(0, page.cells.indexOf(page.cell?.id)))
}

export function runAfter(page: Page): void {
  runCells(page, page.cells.list.slice(page.cells.indexOf(page.cell?.id)))
}

/** A cell, all of a folded section, or all that are chosen. */
export function runFocused(page: Page, cell: Cell | undefined = page.cell): void {
  if (page.selection.marked.size > 0 && cell === page.cell) return runCells(page, chosenAndHidden(page))
  if (cell && page.sections.isFolded(cell)) runCells(page, page.sections.inside(cell))
  else if (cell?.type === "code") runCells(page, [cell])
  else page.selection.select(cell?.id)
}

function chosenAndHidden(page: Page): readonly Cell[] {
  return page.sections.withHidden(chosenCells(page))
}

/** Run and go to the next cell, making one after the last. */
export function runAndMove(page: Page): void {
  const { cell } = page
  if (!cell) return
  runFocused(page, cell)
  const next = page.sections.neighbour(cell.id, 1)
  if (!next && page.canWrite) insertCell(page, page.cells.list.length, "code")
  else if (next?.type === "code") page.selection.edit(next.id)
  else page.selection.select(next?.id ?? cell.id)
}

export function runAndInsert(page: Page): void {
  const { cell } = page
  if (!cell) return
  runFocused(page, cell)
  insertCell(page, page.cells.indexOf(cell.id) + 1, "code")
}

/** Run the chosen cells, or only what is selected in the editor; the cell shows what it prints. */
export function runSelection(page: Page): void {
  if (page.selection.marked.size > 0) return runCells(page, chosenAndHidden(page))
  const code = page.selection.selectedText()
  if (!page.cell || !code.trim()) page.notices.say("info", words.runtime.nothingSelected)
  else runCode(page, page.cell, code)
}

function runCode(page: Page, cell: Cell, code: string): void {
  if (!isTrusting(page, () => runCode(page, cell, code)) || !page.mayRun()) return
  void page.runtime.run([begin(page, cell, code, {})])
}

/** Go to the cell that runs, or else to the one that ran last. */
export function focusLastRun(page: Page): void {
  const begun = (cell: Cell): number => page.executionOf(cell)?.started ?? 0
  const ran = page.cells.list.filter((cell) => begun(cell) > 0)
  const last = ran.toSorted((one, other) => begun(one) - begun(other)).at(-1)
  if (last) page.selection.select(last.id)
  else page.notices.say("info", words.cells.noneRan)
}

export function interrupt(page: Page): void {
  if (hasRuntime(page, page.runtime.isBusy) && page.mayRun()) void page.runtime.interrupt()
}

export async function restart(page: Page): Promise<boolean> {
  return hasRuntime(page) && page.mayRun() && page.runtime.restart()
}

export async function restartAndRunAll(page: Page): Promise<void> {
  if (await restart(page)) runAll(page)
}

export function connect(page: Page): void {
  if (page.mayRun()) void page.runtime.connect()
}

/**
 * The author's code may run: it is one's own, one writes it together with them, or one was asked. Otherwise one is
 * asked now, and `run` waits for it.
 */
export function isTrusting(page: Page, run: () => void): boolean {
  const { author, boot, playground } = page
  if (!playground.isAhead && !playground.isOpen) return true
  if (!author || author.id === boot.user.id || isTrusted(boot.user.id, workOf(page))) return true
  page.untrusted = run
  page.dialog = "trust"
  return false
}

/** Run what waited for its reader's trust. */
export function trustAndRun(page: Page): void {
  trust(page.boot.user.id, workOf(page))
  page.untrusted?.()
  page.untrusted = undefined
}

/** The notebook that the author wrote. */
function workOf({ boot }: Page): string {
  return boot.playground?.original ?? boot.notebook.id
}

/** Name the run, let the cell show it, and only then ask for it: who sees the run sees the cell that it is for. */
function begin(page: Page, cell: Cell, code: string, batch: { batch?: string }): Run {
  const execution = newUuid()
  page.executions.begin(execution)
  page.document.show(cell.id, execution)
  return { execution, code, cell: cell.id, ...batch, ...(page.document.omitsOutputs ? { keep: false } : {}) }
}

/** Why a run has no result, or not all of it; "" when there is nothing to say. */
export function whyNot(execution: Execution | undefined): string {
  if (!execution || execution.isUnfinished) return ""
  if (execution.reason) return execution.reason
  if (execution.state === "unknown") return words.errors.resultUnknown
  return execution.state === "aborted" && execution.cellState === "failed" ? words.errors.aborted : ""
}

function isRunnable(page: Page, cell: Cell): boolean {
  return cell.type === "code" && cell.text.trim() !== "" && !isMineUnfinished(page, page.executionOf(cell))
}

/** What I asked for already is not asked for twice; what somebody else runs on their machine does not keep me from it. */
function isMineUnfinished(page: Page, execution: Execution | undefined): boolean {
  const isMine = execution?.byId === undefined || execution.byId === String(page.boot.user.id)
  return isMine && execution?.isUnfinished === true
}

function hasRuntime(page: Page, isThere = page.runtime.isConnected): boolean {
  if (!isThere) page.notices.say("info", words.runtime.noRuntime)
  return isThere
}
