import { expect, test } from "vitest"

import { fit } from "./fuzzy"

const names = ["Run all", "Run before", "Restart session and run all", "Interrupt execution", "すべてのセルを実行"]

function best(typed: string): string | undefined {
  const fitting = names.filter((name) => fit(typed, name) !== undefined)
  return fitting.sort((one, other) => (fit(typed, other) ?? 0) - (fit(typed, one) ?? 0))[0]
}

test.each([
  ["run all", "Run all"],
  ["ra", "Run all"],
  ["rb", "Run before"],
  ["rsara", "Restart session and run all"],
  ["INTER", "Interrupt execution"],
  ["実行", "すべてのセルを実行"],
  ["ｒｕｎ", "Run all"],
])("%s finds %s", (typed, name) => expect(best(typed)).toBe(name))

test("what is not in a name does not fit it", () => {
  expect(fit("xyz", "Run all")).toBeUndefined()
  expect(fit("lla", "Run all")).toBeUndefined()
  expect(fit("", "Run all")).toBeDefined()
})
