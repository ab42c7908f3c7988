/**
 * One history of what I did to the notebook, in the order in which I did it, across its cells.
 *
 * What others do is never taken back, not even by way of my own: a cell that I made stays when somebody else has written
 * in it, and only what I wrote in it goes. Which run a cell shows is no edit and not undone
 * (docs/decisions/0016-one-undo.md).
 */

import * as Y from "yjs"

/** Changes of the list of cells. */
export const STRUCTURE = "structure"
/** What is typed in an editor. */
export const TYPING = "typing"

/** Where something was taken back or done again: a cell, and a place in its text if the text changed. */
export type Place = Readonly<{ cell: string; at?: number }>

/** What every cell has from its beginning; without it a cell is none. */
const SKELETON: ReadonlySet<string> = new Set(["id", "pos", "cell_type", "source", "metadata"])
/** Typing without a longer pause is one step. */
const PAUSE = 500

type Cells = Y.Map<Y.Map<unknown>>

export class OwnUndo {
  private readonly manager: Y.UndoManager
  private readonly writtenByOthers = new Set<string>()
  private lastTyping = ""
  private place: Place | undefined

  constructor(private readonly cells: Cells) {
    this.manager = new Y.UndoManager(cells, {
      trackedOrigins: new Set([STRUCTURE, TYPING]),
      captureTimeout: PAUSE,
      deleteFilter: (item) => !(this.manager.undoing && this.holdsOthersText(item)),
    })
    cells.observeDeep((events, transaction) => this.follow(events, transaction))
  }

  /** A change that is one step by itself. */
  step(change: () => void): void {
    this.end()
    this.cells.doc?.transact(change, STRUCTURE)
    this.end()
  }

  /** Typing goes on in one step while it is of one kind, in one cell, without a pause. */
  typing(cell: string, kind: string, change: () => void): void {
    const typing = `${cell} ${kind}`
    if (typing !== this.lastTyping) this.end()
    this.lastTyping = typing
    this.cells.doc?.transact(change, TYPING)
  }

  /** What comes next is a step of its own. */
  end(): void {
    this.manager.stopCapturing()
    this.lastTyping = ""
  }

  /** Take the last step back; where that was, or nothing when there is none. */
  undo(): Place | undefined {
    return this.perform(() => this.manager.undo())
  }

  redo(): Place | undefined {
    return this.perform(() => this.manager.redo())
  }

  private perform(work: () => unknown): Place | undefined {
    this.end()
    this.place = undefined
    work()
    return this.place
  }

  private follow(events: Y.YEvent<Y.AbstractType<unknown>>[], transaction: Y.Transaction): void {
    if (transaction.origin === this.manager) this.place = placeOf(events)
    if (transaction.local) return
    for (const { target, path } of events) {
      if (target instanceof Y.Text && typeof path[0] === "string") this.writtenByOthers.add(path[0])
    }
  }

  /** Whether undoing my making of this cell would take others' text with it. Its own text is taken out before. */
  private holdsOthersText(item: Y.Item): boolean {
    if (item.parentSub === null || item.left !== null) return false
    const id = this.cellMadeBy(item)
    const source = id !== undefined && this.writtenByOthers.has(id) ? this.cells.get(id)?.get("source") : undefined
    return source instanceof Y.Text && source.length > 0
  }

  /** The cell that this item is the making of, or a part of it. */
  private cellMadeBy({ parent, parentSub }: Y.Item): string | undefined {
    if (parent === this.cells) return parentSub ?? undefined
    const cell = parent instanceof Y.Map && SKELETON.has(parentSub ?? "") ? parent._item : null
    return cell?.parent === this.cells ? (cell.parentSub ?? undefined) : undefined
  }
}

/** Where a change is to be seen: in a text, or else a cell that changed, came or went. */
function placeOf(events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): Place | undefined {
  let found: Place | undefined
  for (const event of events) {
    const [cell] = event.path
    if (event.target instanceof Y.Text && typeof cell === "string") return { cell, at: endOf(event.delta) }
    if (typeof cell === "string") found ??= { cell }
    else for (const key of event.keys.keys()) found ??= { cell: key }
  }
  return found
}

type Delta = Y.YEvent<Y.AbstractType<unknown>>["delta"]

/** The place after the last change of a text. */
function endOf(delta: Delta): number {
  let at = 0
  for (const { retain, insert } of delta) at += retain ?? (typeof insert === "string" ? insert.length : 0)
  return at
}
