/** The document's cells as components read them: one lasting object a cell, in order, changed as the document changes. */

import type * as Y from "yjs"

import {
  attachmentsOf,
  executionInfoOf,
  executionOf,
  hidesOutputs,
  sourceOf,
  typeOf,
  viewOf,
  type CellMap,
  type CellType,
  type CellView,
  type ExecutionInfo,
  type NotebookDocument,
} from "./document"

export class Cell {
  type = $state<CellType>("code")
  text = $state("")
  execution = $state<string>()
  /** What it shows of its form and its code. */
  view = $state<CellView>()
  hidesOutputs = $state(false)
  attachments = $state.raw<Record<string, Record<string, string>>>()
  /** Who ran it elsewhere, as the file that it came in says. */
  ranElsewhere = $state.raw<ExecutionInfo>()
  readonly source: Y.Text

  constructor(
    readonly id: string,
    private readonly map: CellMap,
  ) {
    this.source = sourceOf(map)
    this.read()
  }

  read(): void {
    this.type = typeOf(this.map)
    this.text = this.source.toString()
    this.execution = executionOf(this.map)
    this.view = viewOf(this.map)
    this.hidesOutputs = hidesOutputs(this.map)
    this.attachments = attachmentsOf(this.map)
    this.ranElsewhere = executionInfoOf(this.map)
  }

  /** Whether this is still the cell with that content: undoing a deletion makes new ones. */
  shows(map: CellMap): boolean {
    return this.map === map && this.source === sourceOf(map)
  }
}

export class Cells {
  list = $state.raw<readonly Cell[]>([])
  private readonly known = new Map<string, Cell>()
  /** The cell that must keep its place in the page. */
  private kept: Cell | undefined

  constructor(
    private readonly document: NotebookDocument,
    /** Somebody else deleted a cell, which was the one at `index`. */
    private readonly taken: (cell: Cell, index: number) => void = () => undefined,
  ) {
    document.cells.observeDeep((events, { local }) => this.follow(events, local))
    this.arrange()
  }

  find(id: string | undefined): Cell | undefined {
    return this.list.find((cell) => cell.id === id)
  }

  indexOf(id: string | undefined): number {
    return this.list.findIndex((cell) => cell.id === id)
  }

  /**
   * Leave this cell where it is in the page until it is let go: an input method that composes a character in it loses
   * the character when the cell is moved or taken away.
   */
  keepInPlace(cell: Cell): void {
    this.kept = cell
  }

  letGo(): void {
    this.kept = undefined
    this.arrange(false)
  }

  private follow(events: Y.YEvent<Y.AbstractType<unknown>>[], isMine: boolean): void {
    const changed = new Set(events.map((event) => event.path[0]))
    const isMoved = events.some(({ path, keys }) => path.length < 2 && (path.length === 0 || affectsList(keys)))
    if (isMoved) this.arrange(isMine)
    for (const id of changed) if (typeof id === "string") this.known.get(id)?.read()
  }

  private arrange(isMine = true): void {
    const before = this.list
    const list = this.document.ordered().map(([id, map]) => this.cellFor(id, map))
    if (this.kept && !keepsPlace(this.kept, this.list, list)) return
    this.list = list
    const present = new Set(list)
    for (const [id, cell] of this.known) if (!present.has(cell)) this.known.delete(id)
    if (isMine) return
    before.forEach((cell, index) => this.known.has(cell.id) || this.taken(cell, index))
  }

  private cellFor(id: string, map: CellMap): Cell {
    const known = this.known.get(id)
    if (known?.shows(map)) return known
    const cell = new Cell(id, map)
    this.known.set(id, cell)
    return cell
  }
}

/** Whether the page can go from one list to the other without touching this cell's element. */
function keepsPlace(cell: Cell, before: readonly Cell[], after: readonly Cell[]): boolean {
  const stay = before.filter((other) => after.includes(other))
  const come = new Set(before)
  const same = after.filter((other) => come.has(other))
  return stay.includes(cell) && stay.every((other, index) => other === same[index])
}

function affectsList(keys: Y.YEvent<Y.AbstractType<unknown>>["keys"]): boolean {
  return keys.has("pos") || keys.has("source")
}
