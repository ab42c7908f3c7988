/** My secrets, as the Secrets panel shows them: their names and whether this notebook's code may have them. */

import { ConnectionLost, Refused } from "../protocol/frames"
import { get, send } from "../protocol/http"

export type Secret = Readonly<{ name: string; granted: boolean }>
type Change = Readonly<{ name: string; value?: string; granted?: boolean }>

export class Secrets {
  list = $state.raw<readonly Secret[]>()
  problem = $state("")
  /** Values that their owner has asked to see; forgotten with the panel. */
  shown = $state.raw<ReadonlyMap<string, string>>(new Map())
  private readonly api: string

  constructor(
    notebook: string,
    private readonly csrf: string,
  ) {
    this.api = `/api/notebooks/${notebook}/secrets`
  }

  async load(): Promise<boolean> {
    return this.telling(async () => {
      this.list = (await (await get(this.api)).json()) as readonly Secret[]
    })
  }

  /** True when it was done; else `problem` says why not. */
  async keep(change: Change): Promise<boolean> {
    const isDone = await this.telling(async () => void (await send("PUT", this.api, change, this.csrf)))
    if (isDone) this.hide(change.name)
    return isDone && (await this.load())
  }

  async show(name: string): Promise<void> {
    await this.telling(async () => {
      const answer = await send("POST", `${this.api}/value`, { name }, this.csrf)
      const { value } = (await answer.json()) as { value: string | null }
      this.shown = new Map(this.shown).set(name, value ?? "")
    })
  }

  hide(name: string): void {
    const shown = new Map(this.shown)
    shown.delete(name)
    this.shown = shown
  }

  async remove(name: string): Promise<void> {
    const address = `${this.api}?name=${encodeURIComponent(name)}`
    const isDone = await this.telling(async () => void (await send("DELETE", address, {}, this.csrf)))
    if (isDone) await this.load()
  }

  private async telling(work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      this.problem = ""
      return true
    } catch (problem) {
      if (!(problem instanceof Refused || problem instanceof ConnectionLost)) throw problem
      this.problem = problem.message
      return false
    }
  }
}
