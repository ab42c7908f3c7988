/**
 * The shared notebook as a Y.Doc, and everything that may be done to its cells.
 *
 * The shape mirrors notebooks/collaboration/ydoc.py: `cells` maps a cell id to {id, pos, cell_type, source, metadata,
 * attachments, execution}; `meta` is the notebook's metadata. Other pages write into it too, so reading takes nothing
 * for granted: what is not a cell is not there.
 */

import * as Y from "yjs"

import { newCellId } from "../lib/ids"
import { compare, placeAt, type Placed } from "./order"
import type { Piece } from "./textDiff"
import { OwnUndo } from "./undo"

export type CellType = "code" | "markdown" | "raw"
export type CellMap = Y.Map<unknown>

/** Which run a cell shows; not something to undo. */
export const RUN = "run"
/** A choice for the whole notebook; not something to undo. */
export const SETTING = "setting"

export type CellContent = Readonly<{
  type: CellType
  source: string
  metadata?: Record<string, unknown>
  /** The run whose results it shows. */
  execution?: string | undefined
}>

export class NotebookDocument {
  readonly doc = new Y.Doc()
  readonly cells: Y.Map<CellMap> = this.doc.getMap("cells")
  readonly meta: Y.Map<unknown> = this.doc.getMap("meta")
  readonly undo = new OwnUndo(this.cells)

  /** All cells, first to last. */
  ordered(): [id: string, cell: CellMap][] {
    return this.placed().map(({ id }) => [id, this.cells.get(id) as CellMap])
  }

  cell(id: string): CellMap | undefined {
    const cell = this.cells.get(id)
    return isCell(cell) ? cell : undefined
  }

  /** A new cell, or under its own id one that was deleted. */
  insert(index: number, content: CellContent, id = newCellId()): string {
    this.edit(() => {
      const pos = this.makeRoom(this.placed(), index)
      this.cells.set(id, newCell(id, pos, content))
    })
    return id
  }

  /** Change a cell's text by what differs, so that the rest stays what it is to others who write in it. */
  rewrite(id: string, difference: readonly Piece[]): void {
    this.rewriteAll([[id, difference]])
  }

  /** The same for several cells, as one change. */
  rewriteAll(differences: readonly (readonly [id: string, difference: readonly Piece[]])[]): void {
    this.edit(() => {
      for (const [id, difference] of differences) this.apply(id, difference)
    })
  }

  private apply(id: string, difference: readonly Piece[]): void {
    const delta = difference.map(({ kind, text }) => {
      if (kind === "new") return { insert: text }
      return kind === "gone" ? { delete: text.length } : { retain: text.length }
    })
    const cell = this.cell(id)
    if (cell) sourceOf(cell).applyDelta(delta, { sanitize: false })
  }

  delete(ids: readonly string[]): void {
    this.edit(() => ids.forEach((id) => this.cells.delete(id)))
  }

  /** Move a cell so that it is the one at `index`. */
  move(id: string, index: number): void {
    const others = this.placed().filter((other) => other.id !== id)
    this.edit(() => this.cell(id)?.set("pos", this.makeRoom(others, index)))
  }

  changeType(id: string, type: CellType): void {
    this.edit(() => {
      const cell = this.cell(id)
      cell?.set("cell_type", type)
      if (type !== "code") cell?.delete("execution")
    })
  }

  /** Make the cell show this run. */
  show(id: string, execution: string): void {
    this.doc.transact(() => this.cell(id)?.set("execution", execution), RUN)
  }

  /** Whether a cell shows its code, its form, or both: Colab's `cellView`. */
  chooseView(id: string, view: CellView): void {
    this.edit(() => {
      const metadata = this.cell(id)?.get("metadata")
      if (metadata instanceof Y.Map) metadata.set("cellView", view)
    })
  }

  clearOutputs(ids: readonly string[]): void {
    this.edit(() => ids.forEach((id) => this.cell(id)?.delete("execution")))
  }

  /** What cells print is left out of files and copies, and not kept (Colab's `private_outputs`). */
  get omitsOutputs(): boolean {
    return this.colab["private_outputs"] === true
  }

  omitOutputs(isChosen: boolean): void {
    const colab = { ...this.colab }
    delete colab["private_outputs"]
    if (isChosen) colab["private_outputs"] = true
    this.doc.transact(() => this.meta.set("colab", colab), SETTING)
  }

  /** The short name of the type of machine that the notebook asks for; "" for whichever there is. */
  get runtimeType(): string {
    const ours = this.meta.get("tomoni")
    const kind = typeof ours === "object" && ours !== null && "runtime_type" in ours ? ours.runtime_type : ""
    return typeof kind === "string" ? kind : ""
  }

  /** Ask for another type of machine; what Colab reads is `accelerator`. */
  chooseRuntimeType(kind: string, accelerator: string): void {
    this.doc.transact(() => {
      this.meta.set("tomoni", { runtime_type: kind })
      if (accelerator) this.meta.set("accelerator", "GPU")
      else this.meta.delete("accelerator")
    }, SETTING)
  }

  private get colab(): Record<string, unknown> {
    const colab = this.meta.get("colab")
    return typeof colab === "object" && colab !== null && !Array.isArray(colab) && !(colab instanceof Y.AbstractType)
      ? (colab as Record<string, unknown>)
      : {}
  }

  private edit(change: () => void): void {
    this.undo.step(change)
  }

  private placed(): Placed[] {
    const placed = [...this.cells].filter(([, cell]) => isCell(cell))
    return placed.map(([id, cell]) => ({ id, pos: positionOf(cell) })).sort(compare)
  }

  private makeRoom(ordered: readonly Placed[], index: number): string {
    const { pos, moved } = placeAt(ordered, Math.max(0, Math.min(index, ordered.length)))
    for (const [id, position] of moved) this.cell(id)?.set("pos", position)
    return pos
  }
}

export function sourceOf(cell: CellMap): Y.Text {
  return cell.get("source") as Y.Text
}

export function typeOf(cell: CellMap): CellType {
  const type = cell.get("cell_type")
  return type === "markdown" || type === "raw" ? type : "code"
}

export function executionOf(cell: CellMap): string | undefined {
  const execution = cell.get("execution")
  return typeof execution === "string" && execution ? execution : undefined
}

export function attachmentsOf(cell: CellMap): Record<string, Record<string, string>> | undefined {
  const attachments = cell.get("attachments")
  return attachments && typeof attachments === "object" && !(attachments instanceof Y.AbstractType)
    ? (attachments as Record<string, Record<string, string>>)
    : undefined
}

export type CellView = "both" | "code" | "form"

/** What a cell with a form shows; undefined where its own lines decide. */
export function viewOf(cell: CellMap): CellView | undefined {
  const metadata = cell.get("metadata")
  const view: unknown = metadata instanceof Y.Map ? metadata.get("cellView") : undefined
  return view === "code" || view === "form" || view === "both" ? view : undefined
}

/** What a file says of the last run of a cell; times are in milliseconds. */
export type ExecutionInfo = Readonly<{ person: string; ended: number; elapsed: number }>

/** Colab's `executionInfo`, as far as it makes sense. */
export function executionInfoOf(cell: CellMap): ExecutionInfo | undefined {
  const metadata = cell.get("metadata")
  const info: unknown = metadata instanceof Y.Map ? metadata.get("executionInfo") : undefined
  if (typeof info !== "object" || info === null) return undefined
  const { timestamp, elapsed, user } = info as Record<string, unknown>
  if (typeof timestamp !== "number" || typeof elapsed !== "number") return undefined
  const name = typeof user === "object" && user !== null && "displayName" in user ? user.displayName : ""
  return { person: typeof name === "string" ? name : "", ended: timestamp, elapsed }
}

function positionOf(cell: CellMap): string {
  const pos = cell.get("pos")
  return typeof pos === "string" ? pos : ""
}

function isCell(cell: unknown): cell is CellMap {
  return cell instanceof Y.Map && cell.get("source") instanceof Y.Text
}

function newCell(id: string, pos: string, { type, source, metadata = {}, execution }: CellContent): CellMap {
  return new Y.Map<unknown>([
    ["id", id],
    ["pos", pos],
    ["cell_type", type],
    ["source", new Y.Text(source)],
    ["metadata", new Y.Map(Object.entries(metadata))],
    ...(execution ? ([["execution", execution]] as const) : []),
  ])
}
