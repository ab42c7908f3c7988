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

/** Metadata of Colab's that name one cell and its output. */
const OF_ONE_CELL = ["id", "outputId"]

export type CellContent = Readonly<{
  type: CellType
  source: string
  metadata?: Record<string, unknown>
  attachments?: Attachments | undefined
  /** The run whose results it shows. */
  execution?: string | undefined
}>
export type Attachments = Record<string, Record<string, string>>

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
    this.edit(() => this.put(index, content, id))
    return id
  }

  /** New cells, the first of them at `index`, as one change; their ids. */
  insertAll(index: number, contents: readonly CellContent[]): string[] {
    const ids = contents.map(() => newCellId())
    this.edit(() => contents.forEach((content, step) => this.put(index + step, content, ids[step])))
    return ids
  }

  private put(index: number, content: CellContent, id = newCellId()): void {
    const pos = this.makeRoom(this.placed(), index)
    this.cells.set(id, newCell(id, pos, content))
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
    this.moveAll([id], index)
  }

  /** Move cells together, in this order, so that the first of them is the one at `index` among all. */
  moveAll(ids: readonly string[], index: number): void {
    this.edit(() => {
      const waiting = new Set(ids)
      ids.forEach((id, step) => {
        const there = this.placed().filter((other) => !waiting.has(other.id))
        this.cell(id)?.set("pos", this.makeRoom(there, index + step))
        waiting.delete(id)
      })
    })
  }

  changeType(ids: readonly string[], type: CellType): void {
    this.edit(() => {
      for (const id of ids) {
        const cell = this.cell(id)
        cell?.set("cell_type", type)
        if (type !== "code") cell?.delete("execution")
      }
    })
  }

  /** One cell with the text of all, under the id of the first. */
  merge(ids: readonly string[]): void {
    const [first, ...others] = ids
    const cell = this.cell(first ?? "")
    if (!cell || others.length === 0) return
    const gap = typeOf(cell) === "code" ? "\n" : "\n\n"
    const texts = others.map((id) => this.content(id)?.source ?? "")
    const attachments = Object.assign({}, ...ids.map((id) => this.content(id)?.attachments ?? {})) as Attachments
    this.edit(() => {
      const source = sourceOf(cell)
      source.insert(source.length, texts.map((text) => gap + text).join(""))
      if (Object.keys(attachments).length > 0) cell.set("attachments", attachments)
      others.forEach((id) => this.cells.delete(id))
    })
  }

  /** A picture that a text cell carries, with the Markdown that shows it put in at `at`. */
  attach(id: string, name: string, bundle: Record<string, string>, text: string, at: number): void {
    const cell = this.cell(id)
    if (!cell) return
    this.edit(() => {
      cell.set("attachments", { ...attachmentsOf(cell), [name]: bundle })
      sourceOf(cell).insert(Math.min(at, sourceOf(cell).length), text)
    })
  }

  /** Two cells of one: what stands behind `at` goes into a new one below, whose id this gives. */
  split(id: string, at: number): string | undefined {
    const content = this.content(id)
    const cell = this.cell(id)
    if (!content || !cell) return undefined
    const { source } = content
    const from = source[at - 1] === "\n" ? at - 1 : at
    const rest = source.slice(source[at] === "\n" && from === at ? at + 1 : at)
    const made = newCellId()
    this.edit(() => {
      sourceOf(cell).delete(from, source.length - from)
      this.put(
        this.placed().findIndex((other) => other.id === id) + 1,
        { ...content, source: rest, execution: undefined },
        made,
      )
    })
    return made
  }

  /** All that a cell holds, for another that shall be like it. */
  content(id: string): CellContent | undefined {
    const cell = this.cell(id)
    if (!cell) return undefined
    const metadata = cell.get("metadata")
    const kept = metadata instanceof Y.Map ? (metadata.toJSON() as Record<string, unknown>) : {}
    for (const name of OF_ONE_CELL) Reflect.deleteProperty(kept, name)
    return {
      type: typeOf(cell),
      source: sourceOf(cell).toString(),
      metadata: kept,
      attachments: attachmentsOf(cell),
      execution: executionOf(cell),
    }
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

  /** Whether a cell's outputs are folded away: nbformat's `collapsed`. */
  hideOutputs(id: string, isHidden: boolean): void {
    this.edit(() => {
      const metadata = this.cell(id)?.get("metadata")
      if (!(metadata instanceof Y.Map)) return
      const jupyter = plainRecord(metadata.get("jupyter")) // where JupyterLab says the same: it must not contradict
      if (jupyter) metadata.set("jupyter", { ...jupyter, outputs_hidden: isHidden })
      if (isHidden) metadata.set("collapsed", true)
      else metadata.delete("collapsed")
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

  /** The header cells whose sections are folded for who opens the notebook (Colab's `collapsed_sections`). */
  get foldedSections(): readonly string[] {
    const ids = this.colab["collapsed_sections"]
    return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : []
  }

  keepFolded(ids: readonly string[]): void {
    this.doc.transact(() => this.meta.set("colab", { ...this.colab, collapsed_sections: [...ids] }), SETTING)
  }

  /** What widgets looked like last: the notebook's `metadata.widgets`. */
  get savedWidgets(): unknown {
    return this.meta.get("widgets")
  }

  saveWidgets(widgets: unknown): void {
    this.doc.transact(() => this.meta.set("widgets", widgets), SETTING)
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

  /** Ask for another kernel, as Jupyter and Colab write it. */
  chooseKernel(name: string, display: string, language: string): void {
    this.doc.transact(() => {
      this.meta.set("kernelspec", { name, display_name: display, language })
      this.meta.set("language_info", { name: language })
    }, SETTING)
  }

  private get colab(): Record<string, unknown> {
    return plainRecord(this.meta.get("colab")) ?? {}
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

export function attachmentsOf(cell: CellMap): Attachments | undefined {
  const attachments = cell.get("attachments")
  return attachments && typeof attachments === "object" && !(attachments instanceof Y.AbstractType)
    ? (attachments as Attachments)
    : undefined
}

export type CellView = "both" | "code" | "form"

/** What a cell with a form shows; undefined where its own lines decide. */
export function viewOf(cell: CellMap): CellView | undefined {
  const metadata = cell.get("metadata")
  const view: unknown = metadata instanceof Y.Map ? metadata.get("cellView") : undefined
  return view === "code" || view === "form" || view === "both" ? view : undefined
}

export function hidesOutputs(cell: CellMap): boolean {
  const metadata = cell.get("metadata")
  if (!(metadata instanceof Y.Map)) return false
  return metadata.get("collapsed") === true || plainRecord(metadata.get("jupyter"))?.["outputs_hidden"] === true
}

/** A value as JSON has it, if that is an object. */
export function plainRecord(value: unknown): Record<string, unknown> | undefined {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value)
  return isRecord && !(value instanceof Y.AbstractType) ? (value as Record<string, unknown>) : undefined
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

function newCell(id: string, pos: string, content: CellContent): CellMap {
  const { type, source, metadata = {}, attachments, execution } = content
  return new Y.Map<unknown>([
    ["id", id],
    ["pos", pos],
    ["cell_type", type],
    ["source", new Y.Text(source)],
    ["metadata", new Y.Map(Object.entries(metadata))],
    ...(attachments ? ([["attachments", attachments]] as const) : []),
    ...(execution ? ([["execution", execution]] as const) : []),
  ])
}
