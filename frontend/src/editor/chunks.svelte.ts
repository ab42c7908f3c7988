/**
 * The cells of a large notebook in pieces, of which the page holds those near the screen: every element of a page costs
 * something with each key press, and thousands of cells made typing slow and opening take minutes.
 *
 * A piece keeps its cells while others come, go and move, so that hardly any cell is drawn anew. What somebody is in,
 * or is led to, is in the page wherever it is.
 */

import { tick } from "svelte"

import type { Cell, Cells } from "../document/cells.svelte"
import type { Selection } from "./selection.svelte"

/** So many cells are one piece that is always in the page. */
export const SMALL = 200
const SIZE = 40
const MOST = 80

export type Chunk = Readonly<{ key: number; start: number; cells: readonly Cell[] }>

export class Chunks {
  readonly list = $derived.by(() => this.arrange(this.cells.list))
  /** Everything is in the page: it is being printed. */
  isWhole = $state(false)
  private readonly present = $derived.by(() => this.keyOf(this.selection.current))
  private readonly wanted = $derived.by(() => this.keyOf(this.asked))
  private asked = $state<string>()
  private home = new Map<string, number>()
  private last = 0

  constructor(
    private readonly cells: Cells,
    private readonly selection: Selection,
  ) {}

  /** Whether a piece is in the page wherever the screen is. */
  keeps({ key }: Chunk): boolean {
    return this.isWhole || this.list.length === 1 || key === this.present || key === this.wanted
  }

  /** Have a cell in the page; its element, unless there is none. */
  async element(id: string): Promise<Element | null> {
    this.asked = id
    await tick()
    return document.querySelector(`[data-cell-id="${CSS.escape(id)}"]`)
  }

  private keyOf(id: string | undefined): number | undefined {
    void this.list
    return id === undefined ? undefined : this.home.get(id)
  }

  private arrange(cells: readonly Cell[]): Chunk[] {
    const isOne = cells.length <= (this.last > 0 ? SMALL / 2 : SMALL)
    const chunks = isOne ? [{ key: 0, start: 0, cells: [...cells] }] : this.cut(cells)
    if (isOne) this.last = 0
    this.home = new Map(chunks.flatMap(({ key, cells }) => cells.map(({ id }) => [id, key] as const)))
    return chunks
  }

  private cut(cells: readonly Cell[]): Chunk[] {
    const wasOne = this.last === 0
    const home = wasOne ? new Map<string, number>() : this.home
    const chunks: { key: number; start: number; cells: Cell[]; most: number }[] = []
    const used = new Set<number>()
    let present = chunks[0]
    cells.forEach((cell, start) => {
      const key = home.get(cell.id)
      const isElsewhere = key !== undefined && key !== present?.key && !used.has(key)
      // One that was moved here alone joins those around it.
      const isVisitor = isElsewhere && present !== undefined && home.get(cells[start + 1]?.id ?? "") === present.key
      if (!present || present.cells.length >= present.most || (isElsewhere && !isVisitor)) {
        const isKnown = key !== undefined && !used.has(key)
        present = { key: isKnown ? key : ++this.last, start, cells: [], most: isKnown ? MOST : SIZE }
        used.add(present.key)
        chunks.push(present)
      }
      present.cells.push(cell)
    })
    return chunks
  }
}
