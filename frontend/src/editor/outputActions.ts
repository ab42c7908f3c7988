/** What can be done with a cell's outputs: the editor's part of their menu. */

import type { Cell } from "../document/cells.svelte"
import type { OutputActions } from "../outputs/actions"
import type { Execution } from "../runtime/executions.svelte"
import type { Page } from "./page.svelte"
import { restart } from "./runActions"

/** What of a cell its outputs' menu is about. */
type Shown = Pick<Cell, "id" | "text" | "hidesOutputs">

export function outputActions(page: Page, cell: Shown, execution: Execution): OutputActions {
  const isOfThisSession = page.widgets.of(execution).comms !== null
  return {
    clear: page.provider.mayEdit && !execution.isUnfinished ? () => page.document.clearOutputs([cell.id]) : undefined,
    isHidden: cell.hidesOutputs,
    hide: (isHidden) => hideOutputs(page, cell, isHidden),
    findLine: (count, line) => findLine(page, cell, execution, count, line),
    askTable: isOfThisSession ? (request) => page.runtime.request(request) : undefined,
    restart: isOfThisSession ? () => void restart(page) : undefined,
    say: (sentence) => page.notices.say("info", sentence, "copied"),
    fail: (sentence) => page.notices.error(sentence),
  }
}

/** Fold the outputs of the present cell away, or show them again. */
export function toggleOutputs(page: Page): void {
  const { cell } = page
  if (cell?.type === "code") hideOutputs(page, cell, !cell.hidesOutputs)
}

function hideOutputs(page: Page, cell: Shown, isHidden: boolean): void {
  if (page.mayEdit()) page.document.hideOutputs(cell.id, isHidden)
}

/** The way to a line of the cell that ran as number `count` in the same session as `execution`. */
function findLine(page: Page, own: Shown, execution: Execution, count: number, line: number): (() => void) | undefined {
  const cell = execution.count === count ? own : page.cells.list.find((other) => ranAs(page, other, execution, count))
  return cell && (() => page.selection.edit(cell.id, startOfLine(cell.text, line)))
}

function ranAs(page: Page, cell: Cell, execution: Execution, count: number): boolean {
  const run = page.executionOf(cell)
  return run !== undefined && run.count === count && run.session !== "" && run.session === execution.session
}

/** Where a line begins, counted from 1; the last one for what was shortened since. */
export function startOfLine(text: string, line: number): number {
  const before = text.split("\n").slice(0, Math.max(0, line - 1))
  return Math.min(
    text.length,
    before.reduce((length, passed) => length + passed.length + 1, 0),
  )
}
