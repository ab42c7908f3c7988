/** Find and replace over all cells: what is looked for, where it stands, and which of these is the present one. */

import type { Cell } from "../document/cells.svelte"
import { findIn, patternOf, replaced } from "../document/search"
import type { Page } from "./page.svelte"

export type Match = Readonly<{ cell: Cell; from: number; to: number }>

const MOST = 20_000

export class Finder {
  text = $state("")
  replacement = $state("")
  isRegex = $state(false)
  isCaseSensitive = $state(false)
  isWholeWord = $state(false)
  /** Which of `matches` is the present one. */
  private at = $state(0)

  readonly pattern = $derived(patternOf(this))
  readonly matches = $derived.by(() => this.find())

  constructor(private readonly page: Page) {}

  get isWrong(): boolean {
    return this.text !== "" && this.pattern === undefined
  }

  get index(): number {
    return Math.min(this.at, Math.max(0, this.matches.length - 1))
  }

  get present(): Match | undefined {
    return this.matches[this.index]
  }

  matchesIn(cell: Cell): readonly Match[] {
    return this.matches.filter((match) => match.cell === cell)
  }

  /** Look from the present cell on. */
  begin(): void {
    const first = this.page.cells.indexOf(this.page.selection.current)
    const next = this.matches.findIndex(({ cell }) => this.page.cells.indexOf(cell.id) >= first)
    this.at = Math.max(0, next)
  }

  step(by: 1 | -1): void {
    const { length } = this.matches
    if (length > 0) this.at = (this.index + by + length) % length
  }

  replaceOne(): void {
    const { present, pattern } = this
    if (!present || !pattern || !this.page.mayEdit()) return
    const { cell } = present
    this.page.document.rewrite(cell.id, replaced(cell.text, pattern, [present], this.replacement))
  }

  /** All of them as one change, which one undo takes back; how many there were. */
  replaceAll(): number {
    const { matches, pattern } = this
    if (!pattern || matches.length === 0 || !this.page.mayEdit()) return 0
    const cells = [...new Set(matches.map(({ cell }) => cell))]
    const changes = cells.map((cell) => {
      const inside = this.matchesIn(cell)
      return [cell.id, replaced(cell.text, pattern, inside, this.replacement)] as const
    })
    this.page.document.rewriteAll(changes)
    return matches.length
  }

  private find(): Match[] {
    const { pattern } = this
    if (!pattern) return []
    const found = this.page.cells.list.flatMap((cell) =>
      findIn(cell.text, pattern).map((range) => ({ cell, ...range })),
    )
    return found.slice(0, MOST)
  }
}
