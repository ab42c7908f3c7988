/** Sections: the cells below a heading, down to the next one that is as high, folded away or shown. */

import type { Cell, Cells } from "../document/cells.svelte"
import { headingsIn } from "./headings"

export class Sections {
  /** The header cells of what is folded; for this page, until its layout is saved. */
  folded = $state.raw<ReadonlySet<string>>(new Set())

  constructor(private readonly cells: Cells) {}

  /** Behind each header cell, by its index, the index at which its section ends. */
  private readonly ends = $derived.by(() => sectionEnds(this.cells.list.map(levelOf)))

  /** Of each cell that cannot be seen, the folded header that hides it. */
  private readonly hidden = $derived.by(() => {
    const { list } = this.cells
    const hidden = new Map<string, string>()
    if (this.folded.size === 0) return hidden
    for (let at = 0; at < list.length; at += 1) {
      const header = list[at]
      const end = this.ends.get(at)
      if (!header || end === undefined || !this.folded.has(header.id)) continue
      for (const cell of list.slice(at + 1, end)) hidden.set(cell.id, header.id)
      at = end - 1
    }
    return hidden
  })

  readonly visible = $derived.by(() =>
    this.cells.list.map((cell, index) => ({ cell, index })).filter(({ cell }) => !this.hidden.has(cell.id)),
  )

  isHeader(cell: Cell): boolean {
    return cell.type === "markdown" && levelOf(cell) !== undefined
  }

  isFolded(cell: Cell): boolean {
    return this.folded.has(cell.id) && this.isHeader(cell)
  }

  isHidden(id: string | undefined): boolean {
    return id !== undefined && this.hidden.has(id)
  }

  /** All below a header, without the header itself. */
  inside(header: Cell): readonly Cell[] {
    const at = this.cells.indexOf(header.id)
    return this.cells.list.slice(at + 1, this.ends.get(at) ?? at + 1)
  }

  /** With each folded header go the cells that it hides. */
  withHidden(cells: readonly Cell[]): readonly Cell[] {
    if (!cells.some((cell) => this.isFolded(cell))) return cells
    const all = new Set(cells.flatMap((cell) => (this.isFolded(cell) ? [cell, ...this.inside(cell)] : [cell])))
    return this.cells.list.filter((cell) => all.has(cell))
  }

  /** The next cell above or below that can be seen. */
  neighbour(id: string | undefined, step: -1 | 1): Cell | undefined {
    const at = this.visible.findIndex(({ cell }) => cell.id === id)
    return this.visible[at + step]?.cell
  }

  fold(header: Cell): void {
    if (this.isHeader(header)) this.folded = new Set([...this.folded, header.id])
  }

  unfold(header: Cell): void {
    this.folded = new Set([...this.folded].filter((id) => id !== header.id))
  }

  foldAll(): void {
    this.folded = new Set(this.cells.list.filter((cell) => this.isHeader(cell)).map(({ id }) => id))
  }

  unfoldAll(): void {
    this.folded = new Set()
  }

  /** Open all that hides this cell. */
  reveal(id: string): void {
    for (let header = this.hidden.get(id); header !== undefined; header = this.hidden.get(id)) {
      const opened = header
      this.folded = new Set([...this.folded].filter((other) => other !== opened))
    }
  }
}

/** The index behind the last cell of each section, by the index of its header. Pure. */
export function sectionEnds(levels: readonly (number | undefined)[]): ReadonlyMap<number, number> {
  const ends = new Map<number, number>()
  const open: { at: number; level: number }[] = []
  levels.forEach((level, at) => {
    if (level === undefined) return
    while ((open.at(-1)?.level ?? 0) >= level) ends.set(open.pop()?.at ?? 0, at)
    open.push({ at, level })
  })
  for (const { at } of open) ends.set(at, levels.length)
  return ends
}

/** The rank of the cell's first heading. */
function levelOf(cell: Cell): number | undefined {
  return cell.type === "markdown" ? headingsIn(cell)[0]?.level : undefined
}
