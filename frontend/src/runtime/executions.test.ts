import { beforeEach, describe, expect, test, vi } from "vitest"

import type { ExecutionRow, ExecutionState } from "../protocol/frames"
import { Executions } from "./executions.svelte"
import type { Operation } from "./outputs"

const since = vi.fn<(numbers: Record<string, number>) => Promise<boolean>>()
const fetch = vi.fn()
let executions: Executions

beforeEach(() => {
  vi.clearAllMocks()
  since.mockResolvedValue(true)
  executions = new Executions({ since, fetch })
  executions.load([])
})

const row = (state: ExecutionState, rest: Partial<ExecutionRow> = {}): ExecutionRow => ({
  id: "x",
  state,
  count: null,
  by: null,
  queued: null,
  sent: null,
  started: null,
  ended: null,
  reason: "",
  number: 0,
  session: "",
  ...rest,
})

const printed = (text: string): Operation => ({ op: "add", output: { output_type: "stream", name: "stdout", text } })
const ops = (from: number, ...operations: Operation[]) => ({
  type: "ops" as const,
  execution: "x",
  from,
  to: from + operations.length,
  ops: operations,
})
const shown = () => executions.get("x").list.outputs.map((output) => ("text" in output ? output.text : ""))

/** The question goes out at the end of the turn. */
const turn = () => new Promise((resolve) => setTimeout(resolve))

describe("operations", () => {
  beforeEach(() => executions.begin("x"))

  test("count once, in order, whole or in part", () => {
    executions.operations(ops(0, printed("a")))
    executions.operations(ops(0, printed("a")))
    executions.operations(ops(0, printed("a"), printed("b")))

    expect(shown()).toEqual(["a", "b"])
  })

  test("that make the whole list make it, though some came while it was asked for", () => {
    executions.operations(ops(0, printed("a")))
    const made: Operation[] = [{ op: "clear", wait: false }, printed("a"), printed("b")]
    executions.operations({ type: "ops", execution: "x", from: 0, to: 2, ops: made, whole: true })

    expect(shown()).toEqual(["a", "b"])
  })

  test("with one missing are not applied but asked for", async () => {
    executions.operations(ops(0, printed("a")))
    executions.operations(ops(2, printed("c")))
    await turn()

    expect(shown()).toEqual(["a"])
    expect(since).toHaveBeenCalledWith({ x: 1 })
  })

  test("of a run that nothing shows are left alone", async () => {
    executions.operations({ ...ops(3, printed("a")), execution: "other" })
    await turn()

    expect(since).not.toHaveBeenCalled()
  })
})

test("unknown runs are asked for, together", async () => {
  executions.get("x")
  executions.get("y")
  executions.get("x")
  await turn()

  expect(since).toHaveBeenCalledOnce()
  expect(since).toHaveBeenCalledWith({ x: 0, y: 0 })
})

test("nothing is asked before what HTTP knows has come", async () => {
  executions = new Executions({ since, fetch })
  executions.get("x")
  executions.get("y")
  await turn()
  expect(since).not.toHaveBeenCalled()
  executions.load([{ ...row("done", { number: 4 }), outputs: [] }])
  await turn()

  expect(since).toHaveBeenCalledWith({ x: 4, y: 0 })
})

test("a new connection asks for all that is shown", async () => {
  executions.load([{ ...row("done", { number: 7 }), outputs: [] }])
  executions.reconnected()
  await turn()

  expect(since).toHaveBeenCalledWith({ x: 7 })
})

test("a run never goes back, whichever socket was faster", () => {
  executions.begin("x")
  executions.row(row("running"))
  executions.row(row("queued"))
  expect(executions.get("x").state).toBe("running")
  executions.row(row("unknown"))
  executions.row(row("done"))
  executions.row(row("running"))

  expect(executions.get("x").state).toBe("done")
})

test("an end that has more operations than came is asked about", async () => {
  executions.begin("x")
  executions.row(row("done", { number: 3 }))
  await turn()

  expect(since).toHaveBeenCalledWith({ x: 0 })
})

test("an older result by HTTP does not take back what the socket brought", () => {
  executions.begin("x")
  executions.operations(ops(0, printed("a"), printed("b")))
  executions.load([{ ...row("running", { number: 1 }), outputs: [] }])

  expect(shown()).toEqual(["a", "b"])
})

test("outputs that are too much for the socket are fetched", async () => {
  executions.begin("x")
  const output = { output_type: "stream", name: "stdout", text: "long" }
  fetch.mockResolvedValue({ ...row("done", { number: 9 }), outputs: [output] })
  await executions.fetch("x")
  executions.operations(ops(9, printed("!")))

  expect(shown()).toEqual(["long", "!"])
})

test.each([
  ["queued", {}, "queued"],
  ["sent", {}, "queued"],
  ["running", {}, "running"],
  ["done", {}, "done"],
  ["failed", {}, "failed"],
  ["unknown", {}, "failed"],
  ["aborted", {}, "idle"],
  ["aborted", { started: "2026-01-01T00:00:00Z" }, "failed"],
] as const)("a run that is %s %o makes its cell %s", (state, rest, expected) => {
  executions.begin("x")
  executions.row(row(state, rest))

  expect(executions.get("x").cellState).toBe(expected)
})
