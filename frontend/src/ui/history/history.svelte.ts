/** The history as its panel shows it: the revisions, and what differs in the one that was chosen. */

import type { ExecutionResult } from "../../protocol/frames"
import type { Against, CellDifference, Difference, HistoryCalls, Revision } from "../../protocol/history"

export type Comparison = Readonly<{
  difference: Difference
  results: ReadonlyMap<string, ExecutionResult>
}>

/** Cells that say and show the same stand together, so that the others are found. */
export type Stretch = Readonly<{ isSame: boolean; cells: readonly CellDifference[] }>

export class History {
  list = $state.raw<readonly Revision[]>()
  chosen = $state.raw<Revision>()
  against = $state<Against>("previous")
  comparison = $state.raw<Comparison>()
  private asked = 0

  constructor(
    private readonly calls: HistoryCalls,
    private readonly report: (problem: unknown) => void,
  ) {}

  /** Something has changed: read anew what is shown. */
  async refresh(): Promise<void> {
    await this.attempt(async () => {
      const list = await this.calls.list()
      this.list = list
      const { chosen } = this
      if (chosen) this.chosen = list.find(({ id }) => id === chosen.id)
    })
  }

  async choose(revision: Revision | undefined): Promise<void> {
    this.chosen = revision
    this.comparison = undefined
    await this.compare()
  }

  async compareWith(against: Against): Promise<void> {
    this.against = against
    await this.compare()
  }

  /** What differs; of two questions that overlap the later one counts. */
  async compare(): Promise<void> {
    const { chosen } = this
    const question = ++this.asked
    if (!chosen) return
    await this.attempt(async () => {
      const difference = await this.calls.difference(chosen.id, this.against)
      const results = await this.calls.results(runsIn(difference))
      if (question === this.asked) this.comparison = { difference, results }
    })
  }

  async rename(revision: Revision, name: string): Promise<void> {
    await this.attempt(() => this.calls.rename(revision.id, name))
    await this.refresh()
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (problem) {
      this.report(problem)
    }
  }
}

export function isSame(cell: CellDifference): boolean {
  return !cell.is_changed && !cell.is_moved && !cell.has_other_results
}

export function stretches(cells: readonly CellDifference[]): Stretch[] {
  const found: { isSame: boolean; cells: CellDifference[] }[] = []
  for (const cell of cells) {
    const last = found.at(-1)
    if (last?.isSame === isSame(cell) && last.isSame) last.cells.push(cell)
    else found.push({ isSame: isSame(cell), cells: [cell] })
  }
  return found
}

/** The revisions of each day, as the reader's calendar has it. */
export function byDay(list: readonly Revision[]): [day: Date, revisions: Revision[]][] {
  const days = new Map<string, [Date, Revision[]]>()
  for (const revision of list) {
    const at = new Date(revision.at)
    const day = days.get(at.toDateString()) ?? [at, []]
    day[1].push(revision)
    days.set(at.toDateString(), day)
  }
  return [...days.values()]
}

/** The runs whose results are to be shown. */
function runsIn({ cells }: Difference): string[] {
  const sides = cells.filter((cell) => cell.has_other_results).flatMap(({ before, after }) => [before, after])
  return sides.map((side) => side?.execution).filter((run): run is string => typeof run === "string")
}
