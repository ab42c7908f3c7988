import { expect, test } from "vitest"

import type { CellDifference, Difference, HistoryCalls, Revision } from "../../protocol/history"
import { byDay, History, stretches } from "./history.svelte"

const side = (id: string, execution: string | null = null) => ({ id, number: 1, cell_type: "code", execution })
const same = (id: string): CellDifference => ({
  before: side(id),
  after: side(id),
  is_changed: false,
  settings: [],
  is_moved: false,
  has_other_results: false,
  lines: [],
})
const revision = (id: number, at: string): Revision => ({
  id,
  at,
  why: "work",
  name: "",
  is_pinned: false,
  authors: [],
  changes: {},
})

test("cells that are the same stand together, others alone", () => {
  const changed = { ...same("c"), is_changed: true }
  const moved = { ...same("d"), is_moved: true }
  const found = stretches([same("a"), same("b"), changed, moved, same("e")])
  expect(found.map(({ isSame, cells }) => [isSame, cells.length])).toEqual([
    [true, 2],
    [false, 1],
    [false, 1],
    [true, 1],
  ])
})

test("revisions are listed by day", () => {
  const list = [
    revision(3, "2026-11-25T20:00:00"),
    revision(2, "2026-11-25T01:00:00"),
    revision(1, "2026-11-24T23:59:00"),
  ]
  expect(byDay(list).map(([, revisions]) => revisions.map(({ id }) => id))).toEqual([[3, 2], [1]])
})

test("of two comparisons under way the later counts, with the results that differ", async () => {
  const waiting: ((difference: Difference) => void)[] = []
  const asked: (readonly string[])[] = []
  const calls = {
    difference: () => new Promise<Difference>((resolve) => waiting.push(resolve)),
    results: (runs: readonly string[]) => {
      asked.push(runs)
      return Promise.resolve(new Map())
    },
  } as unknown as HistoryCalls
  const history = new History(calls, (problem) => {
    throw problem
  })
  const first = history.choose(revision(1, "2026-11-25T20:00:00"))
  const second = history.compareWith("now")
  const rerun = { ...same("b"), has_other_results: true, before: side("b", "r1"), after: side("b", "r2") }
  const late: Difference = { cells: [same("a")], settings: [] }
  const right: Difference = { cells: [rerun], settings: [] }
  waiting[1]?.(right)
  await second
  waiting[0]?.(late)
  await first

  expect(history.comparison?.difference).toBe(right)
  expect(asked[0]).toEqual(["r1", "r2"])
})

test("what goes wrong is reported, and what was shown stays", async () => {
  const problems: unknown[] = []
  const calls = { list: () => Promise.reject(new Error("away")) } as unknown as HistoryCalls
  const history = new History(calls, (problem) => problems.push(problem))
  history.list = [revision(1, "2026-11-25T20:00:00")]
  await history.refresh()
  expect(problems).toHaveLength(1)
  expect(history.list).toHaveLength(1)
})
