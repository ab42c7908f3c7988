import { expect, test } from "vitest"

import vectors from "../../../tests/messages/positions.json"
import { placeAt } from "./order"

const between = vectors.between as [string | null, string | null, string | null][]

test.each(between.filter(([, , expected]) => expected !== null))("between %s and %s lies %s", (low, high, expected) => {
  const before = low === null ? [] : [{ id: "a", pos: low }]
  const after = high === null ? [] : [{ id: "b", pos: high }]

  expect(placeAt([...before, ...after], before.length)).toEqual({ pos: expected, moved: new Map() })
})

test.each(between.filter(([low, high, expected]) => expected === null && low !== null && high !== null))(
  "between %s and %s, which are no positions, room is made",
  (low, high) => {
    const { pos, moved } = placeAt(
      [
        { id: "a", pos: low ?? "" },
        { id: "b", pos: high ?? "" },
      ],
      1,
    )

    expect((moved.get("a") ?? low ?? "") < pos).toBe(true)
    expect(pos < (moved.get("b") ?? high ?? "")).toBe(true)
  },
)
