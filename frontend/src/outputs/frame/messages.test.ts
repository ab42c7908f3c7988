import { expect, test } from "vitest"

import { Allowance, readReport, TALLEST } from "./messages"

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
])("%j is heard as %j", (message, report) => expect(readReport(message)).toEqual(report))

test.each([
  null,
  undefined,
  "escape",
  42,
  [],
  {},
  { type: "run", code: "1" },
  { type: "height" },
  { type: "height", height: "100" },
  { type: "height", height: NaN },
  { type: "height", height: Infinity },
  { type: "height", height: { valueOf: (): number => 5 } },
  { type: ["escape"] },
  { type: "__proto__" },
])("%j is not heard", (message) => expect(readReport(message)).toBeNull())

test("an allowance ends and comes back with time", () => {
  let now = 0
  const allowance = new Allowance(3, 2, () => now)
  expect([1, 2, 3, 4].map(() => allowance.take())).toEqual([true, true, true, false])

  now = 1_000
  expect([1, 2, 3].map(() => allowance.take())).toEqual([true, true, false])
})
