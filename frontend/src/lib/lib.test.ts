import { expect, test } from "vitest"

import { newCellId, newUuid } from "./ids"
import { gibibytes } from "./sizes"
import { duration, moment } from "./time"

test("a moment of today is its hour, and any other its day", () => {
  const now = new Date(2026, 10, 25, 23, 0)
  const at = (hours: number) => moment(new Date(now.getTime() - hours * 3_600_000).toISOString(), now)

  expect(at(1)).toMatch(/10:00.PM/)
  expect(at(30)).toBe("Nov 24, 2026")
})

test("ids have the form that nbformat and the platform expect", () => {
  expect(newCellId()).toMatch(/^[A-Za-z0-9]{12}$/)
  expect(newUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(newUuid()).not.toBe(newUuid())
})

test.each([
  [-5, "0.0s"],
  [126, "0.1s"],
  [12_900, "12s"],
  [185_000, "3m 05s"],
  [7_860_000, "2h 11m"],
])("%i ms reads as %s", (milliseconds, expected) => {
  expect(duration(milliseconds)).toBe(expected)
})

test("memory is said in gigabytes", () => {
  expect(gibibytes(429_496_730, 12 * 2 ** 30)).toBe("0.4 / 12.0 GB")
})
