import { expect, test } from "vitest"

import { listenForTrouble, noteTrouble, troubles } from "./trouble"

test("the last twenty troubles are kept, each with the request that it came from", () => {
  for (let count = 1; count <= 25; count += 1) noteTrouble(`number ${count}`)
  noteTrouble("500 /api/notebooks", "1a2b3c4d")
  expect(troubles()).toHaveLength(20)
  expect(troubles()[0]?.message).toBe("number 7")
  expect(troubles().at(-1)).toMatchObject({ message: "500 /api/notebooks", request: "1a2b3c4d" })
})

test("errors that nobody handled are noted, and long ones are cut", () => {
  listenForTrouble()
  dispatchEvent(new ErrorEvent("error", { message: "x".repeat(9_000) }))
  expect(troubles().at(-1)?.message).toBe("x".repeat(500))
})
