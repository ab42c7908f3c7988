/** The calls about a notebook's revisions, and what they answer. */

import type { ExecutionResult } from "./frames"
import { get, send } from "./http"

export type Author = Readonly<{ id: string; name: string; color: string }>
export type Change = "added" | "removed" | "changed" | "moved" | "results"
export type Changes = Readonly<Partial<Record<Change, number>>>

export type Revision = Readonly<{
  id: number
  at: string
  why: string
  name: string
  is_pinned: boolean
  authors: readonly Author[]
  changes: Changes
}>

export type Part = Readonly<{ text: string; is_new: boolean }>
export type Line = Readonly<{ kind: "same" | "removed" | "added"; parts: readonly Part[] }>
export type Side = Readonly<{ id: string; number: number; cell_type: string; execution: string | null }>

/** A cell on both sides of a comparison, or on one. */
export type CellDifference = Readonly<{
  before: Side | null
  after: Side | null
  is_changed: boolean
  is_moved: boolean
  has_other_results: boolean
  lines: readonly Line[]
  /** What differs besides the text. */
  settings: readonly Line[]
}>

export type Difference = Readonly<{ cells: readonly CellDifference[]; settings: readonly Line[] }>
export type Against = "previous" | "now"

/** `before` is what to go back to for undoing it; the same as `after` if nothing had to change. */
export type Restored = Readonly<{ before: Revision; after: Revision }>

const RUNS_AT_ONCE = 50

export class HistoryCalls {
  private readonly notebook: string

  constructor(
    id: string,
    private readonly csrf: string,
  ) {
    this.notebook = `/api/notebooks/${id}`
  }

  async list(): Promise<Revision[]> {
    return (await (await get(`${this.notebook}/revisions`)).json()) as Revision[]
  }

  async difference(revision: number, against: Against): Promise<Difference> {
    const response = await get(`${this.notebook}/revisions/${revision}/difference?against=${against}`)
    return (await response.json()) as Difference
  }

  async results(executions: readonly string[]): Promise<Map<string, ExecutionResult>> {
    const found = new Map<string, ExecutionResult>()
    for (let start = 0; start < executions.length; start += RUNS_AT_ONCE) {
      const query = executions.slice(start, start + RUNS_AT_ONCE).map((id) => `execution=${id}`)
      const response = await get(`${this.notebook}/outputs?${query.join("&")}`)
      const { executions: some } = (await response.json()) as { executions: Record<string, ExecutionResult> }
      for (const [id, result] of Object.entries(some)) found.set(id, result)
    }
    return found
  }

  async pin(name: string): Promise<Revision> {
    return (await this.post("", { name })) as Revision
  }

  async rename(revision: number, name: string): Promise<void> {
    await send("PATCH", `${this.notebook}/revisions/${revision}`, { name }, this.csrf)
  }

  /** Bring back the whole revision, or only these cells of it. */
  async restore(revision: number, cells: readonly string[] | null = null): Promise<Restored> {
    return (await this.post(`/${revision}/restorations`, { cells })) as Restored
  }

  file(revision: number): string {
    return `${this.notebook}/revisions/${revision}/ipynb`
  }

  private async post(path: string, body: unknown): Promise<unknown> {
    return (await send("POST", `${this.notebook}/revisions${path}`, body, this.csrf)).json()
  }
}
