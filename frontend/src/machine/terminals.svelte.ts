/** The terminals of my machine: which there are, and the one that is shown. */

import { ConnectionLost, Refused } from "../protocol/frames"
import type { Machine } from "./files.svelte"

export type TerminalRow = Readonly<{ id: string; title: string }>

export class Terminals {
  list = $state.raw<readonly TerminalRow[]>([])
  current = $state<string>()
  isLoading = $state(false)

  constructor(readonly machine: Machine) {}

  /** What there is, from earlier or from another page; a first one where there is none. */
  async load(): Promise<void> {
    if (this.isLoading) return
    this.isLoading = true
    await this.asking(async () => {
      const reply = await this.machine.request({ type: "terminals", do: "list" })
      this.list = reply["terminals"] as TerminalRow[]
      if (this.list.length === 0) await this.begin()
      else if (!this.list.some((row) => row.id === this.current)) this.current = this.list[0]?.id
    })
    this.isLoading = false
  }

  async open(): Promise<void> {
    await this.asking(() => this.begin())
  }

  async end(id: string): Promise<void> {
    await this.asking(() => this.machine.request({ type: "terminals", do: "end", terminal: id }))
    this.ended(id)
  }

  /** Its shell has ended, whoever ended it. */
  ended(id: string): void {
    this.list = this.list.filter((row) => row.id !== id)
    if (this.current === id) this.current = this.list.at(-1)?.id
  }

  forget(): void {
    this.list = []
    this.current = undefined
  }

  private async begin(): Promise<void> {
    const { terminal } = await this.machine.request({ type: "terminals", do: "new" })
    this.list = [...this.list, { id: String(terminal), title: "bash" }]
    this.current = String(terminal)
  }

  private async asking(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (problem) {
      if (!(problem instanceof Refused || problem instanceof ConnectionLost)) throw problem
      this.machine.report(problem.message)
    }
  }
}
