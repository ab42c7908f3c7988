/**
 * What the runs that this notebook shows are doing and have printed, kept up to date from the output log.
 *
 * Rows and operations come over two sockets and by HTTP, in any order and more than once. An operation counts only if
 * it is the next one; whatever does not fit is asked for again (`outputs_since`), so a lost frame costs a question and
 * never a line of output.
 */

import type { ExecutionResult, ExecutionRow, ExecutionState, OpsFrame } from "../protocol/frames"
import { applyOperations, NO_OUTPUTS, type OutputList } from "./outputs"

/** How a cell looks: DESIGN §8's `data-state`. */
export type CellState = "idle" | "queued" | "running" | "done" | "failed"

export class Execution {
  /** Null until the platform has said anything of it. */
  state = $state<ExecutionState | null>(null)
  count = $state<number | null>(null)
  by = $state<string>("")
  /** The id of the person who ran it; a run of this page has none until the platform answers. */
  byId: string | undefined
  queued = $state<number>()
  started = $state<number>()
  ended = $state<number>()
  reason = $state("")
  /** The kernel session that it began in; "" before that, and for what was imported. */
  session = $state("")
  list = $state.raw<OutputList>(NO_OUTPUTS)
  /** The number of the last operation in `list`. */
  number = 0

  constructor(readonly id: string) {}

  get isUnfinished(): boolean {
    return this.state === "queued" || this.state === "sent" || this.state === "running"
  }

  get cellState(): CellState {
    switch (this.state) {
      case "queued":
      case "sent":
        return "queued"
      case "running":
      case "done":
      case "failed":
        return this.state
      case "aborted":
        return this.started === undefined ? "idle" : "failed"
      case "unknown":
        return "failed"
      case null:
        return "idle"
    }
  }

  /** Take the row, unless something later is known already. */
  take(row: ExecutionRow): void {
    if (this.state !== null && RANK[row.state] < RANK[this.state]) return
    this.state = row.state
    this.count = row.count
    this.by = nameOf(row.by)
    this.byId = idOf(row.by)
    this.queued = row.queued ? Date.parse(row.queued) : undefined
    this.started = row.started ? Date.parse(row.started) : undefined
    this.ended = row.ended ? Date.parse(row.ended) : undefined
    this.reason = row.reason
    this.session = row.session
  }
}

/** A run goes forward only; "unknown" may still turn out to be done. */
const RANK: Record<ExecutionState, number> = {
  queued: 0,
  sent: 1,
  running: 2,
  unknown: 3,
  done: 4,
  failed: 4,
  aborted: 4,
}

export type OutputsSource = Readonly<{
  /** Ask the socket for what is new; false when it cannot be asked now. */
  since: (numbers: Record<string, number>) => Promise<boolean>
  fetch: (execution: string) => Promise<ExecutionResult | undefined>
}>

export class Executions {
  private readonly known = new Map<string, Execution>()
  private readonly wanted = new Set<string>()
  private asking: Promise<void> | undefined
  private isLoaded = false

  constructor(private readonly source: OutputsSource) {}

  /** The run with this id; one that was never heard of is asked for. */
  get(id: string): Execution {
    const known = this.known.get(id)
    if (known) return known
    const execution = new Execution(id)
    this.known.set(id, execution)
    this.ask(id)
    return execution
  }

  /** A run that this page just asked for, before the platform says anything. */
  begin(id: string): Execution {
    const execution = this.known.get(id) ?? new Execution(id)
    this.known.set(id, execution)
    execution.state ??= "queued"
    return execution
  }

  /** How many runs of the same person have to end before this one begins, as far as this page knows them. */
  ahead(execution: Execution): number {
    const { queued, byId } = execution
    if (queued === undefined) return 0
    const isBefore = (other: Execution): boolean =>
      other !== execution && other.isUnfinished && other.byId === byId && (other.queued ?? Infinity) < queued
    return [...this.known.values()].filter(isBefore).length
  }

  /** The run that began after all others that this page knows of. */
  get lastBegun(): Execution | undefined {
    const begun = [...this.known.values()].filter(({ started }) => started !== undefined)
    return begun.toSorted((one, other) => (one.started ?? 0) - (other.started ?? 0)).at(-1)
  }

  /** What HTTP knew when the page opened; until then nothing is asked, since most of it is about to come. */
  load(results: Iterable<ExecutionResult>): void {
    for (const result of results) this.replace(result)
    this.isLoaded = true
    this.reconnected()
  }

  row(row: ExecutionRow): void {
    const execution = this.known.get(row.id)
    if (!execution) return
    execution.take(row)
    if (row.number > execution.number && !execution.isUnfinished) this.ask(row.id)
  }

  operations({ execution: id, from, to, ops, whole }: OpsFrame): void {
    const execution = this.known.get(id)
    if (!execution || to <= execution.number) return
    if (from > execution.number && !whole) {
      this.ask(id)
      return
    }
    execution.list = applyOperations(execution.list, whole ? ops : ops.slice(execution.number - from))
    execution.number = to
  }

  /** The platform says that these outputs are too much for the socket. */
  async fetch(id: string): Promise<void> {
    const result = await this.source.fetch(id)
    if (result) this.replace(result)
  }

  /** A new connection: ask for everything that happened in between. */
  reconnected(): void {
    for (const id of this.known.keys()) this.wanted.add(id)
    this.askSoon()
  }

  private replace(result: ExecutionResult): void {
    const execution = this.known.get(result.id) ?? new Execution(result.id)
    this.known.set(result.id, execution)
    execution.take(result)
    if (result.number < execution.number) return
    execution.list = { outputs: result.outputs, clearing: result.clearing === true }
    execution.number = result.number
  }

  private ask(id: string): void {
    this.wanted.add(id)
    this.askSoon()
  }

  /** One question for all that came up in this turn, and never two at once. */
  private askSoon(): void {
    if (!this.isLoaded) return
    this.asking ??= Promise.resolve()
      .then(() => this.askNow())
      .finally(() => {
        this.asking = undefined
      })
  }

  private async askNow(): Promise<void> {
    while (this.wanted.size > 0) {
      const ids = [...this.wanted]
      this.wanted.clear()
      const isAsked = await this.source.since(
        Object.fromEntries(ids.map((id) => [id, this.known.get(id)?.number ?? 0])),
      )
      if (!isAsked) break // the next connection asks for everything
    }
  }
}

function nameOf(by: unknown): string {
  if (typeof by === "string") return by
  if (typeof by === "object" && by !== null && "name" in by) return String(by.name)
  return ""
}

function idOf(by: unknown): string | undefined {
  return typeof by === "object" && by !== null && "id" in by ? String(by.id) : undefined
}
