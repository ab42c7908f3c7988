/** The variables of my kernel, as the inspector shows them. */

import { ConnectionLost, Refused, type Reply } from "../protocol/frames"
import type { Machine } from "./files.svelte"

export type Variable = Readonly<{ name: string; type: string; shape: string; value: string; table: boolean }>
export type Table = Readonly<{
  columns: readonly Readonly<{ name: string; type: string }>[]
  index: readonly string[]
  rows: readonly (readonly string[])[]
  count: number
  width: number
}>

export const ROWS = 50

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

  /** A page of rows of a data frame. */
  async table(name: string, start: number, column: number | undefined, descending: boolean): Promise<Table> {
    const sorted = column === undefined ? {} : { column, descending }
    const reply: Reply = await this.machine.request({
      type: "variables",
      do: "table",
      name,
      start,
      count: ROWS,
      ...sorted,
    })
    return reply as unknown as Table
  }
}
