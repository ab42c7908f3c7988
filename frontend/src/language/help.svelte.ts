/**
 * What is known of code before it runs: what is wrong with it, and what the name under the pointer is.
 *
 * A language server checks the cells, in my own machine while I have one. The kernel has the last word: what it holds
 * is described by it, and a name that it knows is no problem, wherever it came from.
 */

import { untrack } from "svelte"

import type { Page } from "../editor/page.svelte"
import { machineOf } from "../machine/machine"
import type { Checker } from "./checker"
import type { CellText } from "./notebookSync"
import type { Checked, Level, Problem } from "./problems"

const AFTER_TYPING = 400
const AGAIN_AFTER = 5_000
const MOST_ATTEMPTS = 5
/** A check tells of each cell, so what one types in so large a notebook would cost too much. */
const MOST_CELLS = 1_000
const MOST_NAMES = 30
const ESCAPES = /\x1b\[[\d;]*m/g // eslint-disable-line no-control-regex -- the kernel's colours

export class LanguageHelp {
  /** What is wrong in the cells, by their ids. */
  problems = $state.raw<ReadonlyMap<string, Checked>>(new Map())
  private found: ReadonlyMap<string, Checked> = new Map()
  private shown = new Map<Checked, Checked>()
  /** Names that the kernel was asked for, and whether it knows them. */
  private live = new Map<string, boolean>()
  private session: string | undefined
  private checker: Checker | undefined
  private starting = 0
  private attempts = 0
  private again: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly page: Page) {}

  /** Check the notebook while there is a machine for it; to be called as its component begins. */
  follow(): void {
    const { page } = this
    const level = $derived(this.isPossible ? page.preferences.diagnostics : "none")
    const machine = $derived(page.runtime.runtime?.id)
    const isBusy = $derived(page.runtime.status === "busy")
    $effect(() => {
      const wanted = level
      if (wanted === "none" || machine === undefined) return undefined
      return untrack(() => this.watch(wanted))
    })
    $effect(() => {
      if (!isBusy) untrack(() => void this.ran())
    })
  }

  /** What the expression is: the kernel's word, or the server's where there is no such thing yet. */
  async describe(cell: string, expression: string, at: number): Promise<string | undefined> {
    const live = await this.page.runtime.inspect(expression, expression.length)
    return live?.replace(ESCAPES, "").trim() || this.checker?.hover(cell, at)
  }

  private get isPossible(): boolean {
    const { page } = this
    const { status } = page.runtime
    return (status === "connected" || status === "busy") && page.kernel.language === "python" && page.canWrite
  }

  private watch(level: Level): () => void {
    let typed: ReturnType<typeof setTimeout> | undefined
    const { cells } = this.page.document
    const changed = (): void => {
      clearTimeout(typed)
      typed = setTimeout(() => this.checker?.update(this.code()), AFTER_TYPING)
    }
    this.attempts = 0
    void this.start(level)
    cells.observeDeep(changed)
    return () => {
      clearTimeout(typed)
      cells.unobserveDeep(changed)
      this.stop()
      this.found = this.problems = new Map()
    }
  }

  private async start(level: Level): Promise<void> {
    this.stop()
    const mine = this.starting
    const loaded = await import("./checker").catch(() => undefined) // then nothing is checked
    if (!loaded || mine !== this.starting) return
    this.checker = new loaded.Checker(machineOf(this.page), level, this.code(), {
      checked: (cells) => {
        this.attempts = 0
        this.found = cells
        void this.show()
      },
      ended: (code) => mine === this.starting && this.ended(level, code),
    })
  }

  private stop(): void {
    this.starting += 1
    clearTimeout(this.again)
    this.checker?.close()
    this.checker = undefined
  }

  /** A machine that has no server, or too many, will not have one in a moment. */
  private ended(level: Level, code: string): void {
    this.stop()
    this.attempts += 1
    const isNo = code === "no-language-server" || code === "too-many" || code === "not-done"
    if (!isNo && this.attempts < MOST_ATTEMPTS) this.again = setTimeout(() => void this.start(level), AGAIN_AFTER)
  }

  private code(): CellText[] {
    const cells = this.page.cells.list.filter((cell) => cell.type === "code")
    return cells.length > MOST_CELLS ? [] : cells.map(({ id, text }) => ({ id, text }))
  }

  /** What ran may have defined names, and installed packages: the server looks for those only when it begins. */
  private async ran(): Promise<void> {
    for (const [name, isLive] of this.live) if (!isLive) this.live.delete(name)
    if (this.checker?.missesModules) await this.start(this.page.preferences.diagnostics)
    else await this.show()
  }

  private async show(): Promise<void> {
    const { found } = this
    await this.askNames(found)
    if (found !== this.found) return
    const before = this.shown
    this.shown = new Map()
    const list = [...found].map(([id, checked]) => {
      const problems = checked.problems.filter((problem) => !this.isLive(problem))
      const old = before.get(checked)
      const now = old?.problems.length === problems.length ? old : { ...checked, problems }
      this.shown.set(checked, now)
      return [id, now] as const
    })
    this.problems = new Map(list)
  }

  private async askNames(found: ReadonlyMap<string, Checked>): Promise<void> {
    const { session } = this.page.runtime.runtime ?? {}
    if (session !== this.session) this.live.clear()
    this.session = session
    const names = [...found.values()].flatMap(({ problems }) =>
      problems.flatMap(({ unknownName }) => unknownName ?? []),
    )
    const unasked = [...new Set(names)].filter((name) => !this.live.has(name)).slice(0, MOST_NAMES)
    const ask = async (name: string): Promise<void> => {
      this.live.set(name, (await this.page.runtime.inspect(name, name.length)) !== null)
    }
    await Promise.all(unasked.map(ask))
  }

  private isLive({ unknownName }: Problem): boolean {
    return unknownName !== undefined && this.live.get(unknownName) === true
  }
}
