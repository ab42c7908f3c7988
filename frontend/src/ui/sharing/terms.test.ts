import { expect, test } from "vitest"

import { addressesIn, dayOf, endOfDay } from "./terms"

test.each([
  ["ada@example.org", ["ada@example.org"]],
  [" ada@example.org,bob@example.org;\n cleo@example.org ", ["ada@example.org", "bob@example.org", "cleo@example.org"]],
  ["Ada Lovelace <ada@example.org>, <bob@example.org>", ["ada@example.org", "bob@example.org"]],
  ["太郎@例え.jp、花子@例え.jp", ["太郎@例え.jp", "花子@例え.jp"]],
  ["ada@example.org ada@example.org", ["ada@example.org"]],
  ["bob, ada@example.org", ["bob", "ada@example.org"]],
  ["", []],
])("%j is read as addresses", (text, expected) => {
  expect(addressesIn(text)).toEqual(expected)
})

test("access ends with the day, where the reader is", () => {
  const end = endOfDay("2027-01-31")

  expect(new Date(end ?? "").getTime()).toBe(new Date(2027, 0, 31, 23, 59, 59).getTime())
  expect(dayOf(new Date(end ?? ""))).toBe("2027-01-31")
  expect(endOfDay("")).toBeNull()
})
