/** The variables of my kernel, as the inspector shows them. */

import { ConnectionLost, Refused, type Reply } from "../protocol/frames"
import type { TableRequest } from "../runtime/tables"
import type { Machine } from "./files.svelte"

export type Variable = Readonly<{ name: string; type: string; shape: string; value: string; table: boolean }>
export class Variables {
  list = $state.raw<readonly Variable[]>([])
  count = $state(0)
  problem = $state("")
  filter = $state("")

  constructor(private readonly machine: Machine) {}

  get shown(): readonly Variable[] {
    const wanted = this.filter.toLowerCase()
    return wanted ? this.list.filter(({ name }) => name.toLowerCase().includes(wanted)) : this.list
  }

  /** Look at them again; resolves with the folder that code runs in. */
  async load(): Promise<string | undefined> {
    try {
      const reply = await this.machine.request({ type: "variables", do: "list" })
      this.list = reply["variables"] as Variable[]
      this.count = Number(reply["count"])
      this.problem = ""
      return String(reply["folder"])
    } catch (problem) {
      if (!(problem instanceof Refused || problem instanceof ConnectionLost)) throw problem
      this.problem = problem.message
      return undefined
    }
  }

  forget(): void {
    this.list = []
    this.count = 0
    this.problem = ""
  }

  ask(request: TableRequest): Promise<Reply> {
    return this.machine.request(request)
  }
}
