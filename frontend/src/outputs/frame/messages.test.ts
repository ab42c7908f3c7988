import { expect, test } from "vitest"

import { Allowance, readReport, TALLEST } from "./messages"

const COMM = { comm: "c", target: "t", data: {}, metadata: {}, buffers: [], message: "page-1" }

test.each([
  [
    { type: "height", height: 120.4 },
    { type: "height", height: 121 },
  ],
  [
    { type: "height", height: 1e9 },
    { type: "height", height: TALLEST },
  ],
  [
    { type: "height", height: -5 },
    { type: "height", height: 0 },
  ],
  [{ type: "escape", more: "x" }, { type: "escape" }],
  [
    { type: "ask", id: 1, question: { what: "model", model: "m", more: 1 } },
    { type: "ask", id: 1, question: { what: "model", model: "m" } },
  ],
  [
    { type: "ask", id: 2, question: { what: "comm", request: { ...COMM, type: "comm_msg", execution: "x" } } },
    { type: "ask", id: 2, question: { what: "comm", request: { ...COMM, type: "comm_msg" } } },
  ],
  [
    { type: "ask", id: 3, question: { what: "value", wanted: "0f".repeat(16), json: "{}", path: "/" } },
    { type: "ask", id: 3, question: { what: "value", wanted: "0f".repeat(16), json: "{}" } },
  ],
])("%j is heard as %j", (message, report) => expect(readReport(message)).toEqual(report))

test.each([
  null,
  undefined,
  "escape",
  42,
  [],
  {},
  { type: "ask", id: 3, question: { what: "value", wanted: "../../content/x", json: "{}" } },
  { type: "ask", id: 3, question: { what: "value", wanted: "0f".repeat(16), json: {} } },
  { type: "run", code: "1" },
  { type: "height" },
  { type: "height", height: "100" },
  { type: "height", height: NaN },
  { type: "height", height: Infinity },
  { type: "height", height: { valueOf: (): number => 5 } },
  { type: ["escape"] },
  { type: "__proto__" },
  { type: "ask", id: "1", question: { what: "model", model: "m" } },
  { type: "ask", id: 1, question: { what: "model", model: "m".repeat(1_000) } },
  { type: "ask", id: 1, question: { what: "comm", request: { ...COMM, type: "run" } } },
  { type: "ask", id: 1, question: { what: "comm", request: { ...COMM, type: "comm_msg", comm: {} } } },
  { type: "ask", id: 1, question: { what: "run" } },
  { type: "ask", id: 1, question: { what: "module", module: ["m"] } },
])("%j is not heard", (message) => expect(readReport(message)).toBeNull())

test("an allowance ends and comes back with time", () => {
  let now = 0
  const allowance = new Allowance(3, 2, () => now)
  expect([1, 2, 3, 4].map(() => allowance.take())).toEqual([true, true, true, false])

  now = 1_000
  expect([1, 2, 3].map(() => allowance.take())).toEqual([true, true, false])
})
