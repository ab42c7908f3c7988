/**
 * The scratch cell: code to try out beside the notebook, with its machine. It is in no document and nobody else's: its
 * text is a document of its own, kept in this browser for each notebook, and the platform tells its runs to nobody but
 * the person whose they are (docs/decisions/0086-a-scratch-cell-is-its-persons.md).
 */

import * as Y from "yjs"

import type { Cell } from "../document/cells.svelte"
import { insertBelow } from "../editor/cellActions"
import type { Page } from "../editor/page.svelte"
import { isTrusting } from "../editor/runActions"
import { newUuid } from "../lib/ids"
import { words } from "../lib/i18n"
import type { Execution } from "../runtime/executions.svelte"
import { said } from "./scratchWords"

const MINE = "mine"

type Kept = Readonly<{ code: string; execution?: string | undefined }>

export class Scratch {
  readonly source = new Y.Doc().getText("source")
  text = $state("")
  /** What it ran last. */
  execution = $state.raw<Execution>()
  hidesOutputs = $state(false)
  /** Grows with each wish to write in it. */
  asked = $state(0)
  private readonly steps = new Y.UndoManager(this.source, { trackedOrigins: new Set([MINE]) })
  private lastKind = ""

  constructor(private readonly page: Page) {
    const { code, execution } = readKept(this.key)
    this.source.insert(0, code)
    this.text = code
    if (execution) this.execution = page.executions.get(execution)
    this.source.observe(() => {
      this.text = this.source.toString()
      this.keep()
    })
  }

  focus(): void {
    this.asked += 1
  }

  /** Run it, or a part of it, as a cell is run. */
  run(code = this.text): void {
    const { page } = this
    if (!code.trim() || this.execution?.isUnfinished) return
    if (!isTrusting(page, () => this.run(code)) || !page.mayRun()) return
    const execution = newUuid()
    this.execution = page.executions.begin(execution)
    this.keep()
    void page.runtime.run([{ execution, code, cell: "", scratch: true }])
  }

  /** A new cell of the notebook with this code, below the selected one: the one way from here into the document. */
  insert(): void {
    insertBelow(this.page, "code", this.text)
  }

  /** Take over the code of a cell; what was here comes back by an undo. */
  take(cell: Cell | undefined): void {
    const { notices } = this.page
    if (cell?.type !== "code") return notices.say("info", said.noCode, "scratch")
    const hadText = this.text.trim() !== "" && this.text !== cell.text
    this.rest()
    this.write("take", () => {
      this.source.delete(0, this.source.length)
      this.source.insert(0, cell.text)
    })
    this.rest()
    if (hadText) notices.say("info", said.taken, "scratch", { label: said.undo, run: () => this.undoTaking() })
    this.focus()
  }

  clear(): void {
    this.execution = undefined
    this.keep()
  }

  /** Typing of one kind goes on in one step. */
  write(kind: string, change: () => void): void {
    if (kind !== this.lastKind) this.rest()
    this.lastKind = kind
    this.source.doc?.transact(change, MINE)
  }

  /** What is typed next is a step of its own. */
  rest(): void {
    this.steps.stopCapturing()
    this.lastKind = ""
  }

  undo(): void {
    this.rest()
    this.steps.undo()
  }

  redo(): void {
    this.rest()
    this.steps.redo()
  }

  /** In this browser, under the notebook that the page shows now: its reader may have gone on in a copy. */
  keep(): void {
    const kept: Kept = { code: this.text, execution: this.execution?.id }
    try {
      if (this.text || this.execution) localStorage.setItem(this.key, JSON.stringify(kept))
      else localStorage.removeItem(this.key)
      this.page.notices.dismiss("scratch-kept")
    } catch {
      this.page.notices.say("warning", said.notKept, "scratch-kept")
    }
  }

  private undoTaking(): void {
    this.page.notices.dismiss("scratch")
    this.undo()
  }

  private get key(): string {
    return `tomoni.scratch.${this.page.keptAs(this.page.boot.notebook.id)}`
  }
}

function readKept(key: string): Kept {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "null")
    if (typeof kept !== "object" || kept === null || !("code" in kept)) return { code: "" }
    const execution = "execution" in kept && typeof kept.execution === "string" ? kept.execution : undefined
    return { code: String(kept.code), execution }
  } catch {
    return { code: "" } // what somebody else put there, or a browser that keeps nothing
  }
}

const scratches = new WeakMap<Page, Scratch>()

/** The scratch cell of this page; it outlasts its pane. */
export function scratchOf(page: Page): Scratch {
  const scratch = scratches.get(page) ?? new Scratch(page)
  scratches.set(page, scratch)
  return scratch
}

/** Open the pane, if this person may run code, and write in it. */
export function show(page: Page): boolean {
  if (!page.canWrite) {
    page.notices.error(words.runtime.mayNotRun)
    return false
  }
  page.panel = "scratch"
  if (matchMedia("(max-width: 48rem)").matches) page.leftPanel = undefined // they would lie over each other
  scratchOf(page).focus()
  return true
}

export function copyToScratch(page: Page, cell: Cell): void {
  if (show(page)) scratchOf(page).take(cell)
}
