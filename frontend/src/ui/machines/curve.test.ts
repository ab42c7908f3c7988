import { expect, test } from "vitest"

import { curve, HEIGHT, WIDTH } from "./curve"

test("time goes from left to right, and full is at the top", () => {
  const points = [
    { at: 1000, value: 0 },
    { at: 2000, value: 50 },
    { at: 3000, value: 100 },
  ]

  expect(curve(points, 100)).toBe(`0.0,${HEIGHT}.0 ${WIDTH / 2}.0,${HEIGHT / 2}.0 ${WIDTH}.0,0.0`)
})

test("one figure alone is a level line", () => {
  expect(curve([{ at: 1, value: 25 }], 100)).toBe(`0.0,72.0 ${WIDTH}.0,72.0`)
})

test("what is beyond the limit does not leave the picture", () => {
  expect(curve([{ at: 1, value: 300 }], 100)).toBe(`0.0,0.0 ${WIDTH}.0,0.0`)
  expect(curve([], 100)).toBe("")
})
