/** The document's cells as components read them: one lasting object a cell, in order, changed as the document changes. */

import * as Y from "yjs"

import {
  attachmentsOf,
  executionOf,
  sourceOf,
  typeOf,
  type CellMap,
  type CellType,
  type NotebookDocument,
} from "./document"

export class Cell {
  type = $state<CellType>("code")
  text = $state("")
  execution = $state<string>()
  attachments = $state.raw<Record<string, Record<string, string>>>()
  readonly source: Y.Text
  private ownUndo: Y.UndoManager | undefined

  constructor(
    readonly id: string,
    private readonly map: CellMap,
  ) {
    this.source = sourceOf(map)
    this.read()
  }

  /** Undo of what is typed here; it outlives the editor, which goes when the cell is scrolled away. */
  get undo(): Y.UndoManager {
    this.ownUndo ??= new Y.UndoManager(this.source, { trackedOrigins: new Set() })
    return this.ownUndo
  }

  read(): void {
    this.type = typeOf(this.map)
    this.text = this.source.toString()
    this.execution = executionOf(this.map)
    this.attachments = attachmentsOf(this.map)
  }

  /** Whether this is still the cell with that content: undoing a deletion makes new ones. */
  shows(map: CellMap): boolean {
    return this.map === map && this.source === sourceOf(map)
  }

  discard(): void {
    this.ownUndo?.destroy()
  }
}

export class Cells {
  list = $state.raw<readonly Cell[]>([])
  private readonly known = new Map<string, Cell>()

  constructor(private readonly document: NotebookDocument) {
    document.cells.observeDeep((events) => this.follow(events))
    this.arrange()
  }

  find(id: string | undefined): Cell | undefined {
    return this.list.find((cell) => cell.id === id)
  }

  indexOf(id: string | undefined): number {
    return this.list.findIndex((cell) => cell.id === id)
  }

  private follow(events: Y.YEvent<Y.AbstractType<unknown>>[]): void {
    const changed = new Set(events.map((event) => event.path[0]))
    const isMoved = events.some(({ path, keys }) => path.length < 2 && (path.length === 0 || affectsList(keys)))
    if (isMoved) this.arrange()
    for (const id of changed) if (typeof id === "string") this.known.get(id)?.read()
  }

  private arrange(): void {
    this.list = this.document.ordered().map(([id, map]) => this.cellFor(id, map))
    const present = new Set(this.list.map(({ id }) => id))
    for (const [id, cell] of this.known) {
      if (present.has(id)) continue
      cell.discard()
      this.known.delete(id)
    }
  }

  private cellFor(id: string, map: CellMap): Cell {
    const known = this.known.get(id)
    if (known?.shows(map)) return known
    known?.discard()
    const cell = new Cell(id, map)
    this.known.set(id, cell)
    return cell
  }
}

function affectsList(keys: Y.YEvent<Y.AbstractType<unknown>>["keys"]): boolean {
  return keys.has("pos") || keys.has("source")
}
