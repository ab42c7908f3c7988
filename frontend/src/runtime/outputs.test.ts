import { expect, test } from "vitest"

import vectors from "../../../tests/messages/operations.json"
import { worked } from "../testing/work"
import { applyOperations, appendText, NO_OUTPUTS, shownText, type Operation } from "./outputs"

test.each(vectors)("$name", ({ ops, outputs, ...rest }) => {
  const list = applyOperations(NO_OUTPUTS, ops as Operation[])

  expect(list.outputs).toEqual(outputs)
  expect(list.clearing).toBe("clearing" in rest)
})

test("text may be cut anywhere", () => {
  const whole = "ab\r\ncd\b\bX\rlonger\b\b\bY\n\b\r😀z\b\b!\r"
  const characters = [...whole]
  for (const cut of characters.keys()) {
    const [first, second] = [characters.slice(0, cut).join(""), characters.slice(cut).join("")]
    expect(appendText(appendText("", first), second)).toBe(appendText("", whole))
  }
})

test("the cursor's marks are not shown", () => {
  expect(shownText("50%\r")).toBe("50%")
  expect(shownText("abc\b\bX")).toBe("aXc")
})

test("an operation of a newer platform changes nothing", () => {
  const unknown = { op: "sparkle", index: 0 } as unknown as Operation
  expect(applyOperations(NO_OUTPUTS, [unknown])).toEqual(NO_OUTPUTS)
})

test("the list before an operation is left as it was", () => {
  const before = applyOperations(NO_OUTPUTS, [
    { op: "add", output: { output_type: "stream", name: "stdout", text: "a" } },
  ])
  applyOperations(before, [{ op: "text", index: 0, text: "b" }])
  expect(before.outputs).toEqual([{ output_type: "stream", name: "stdout", text: "a" }])
})

test("a hundred thousand pieces are appended without delay", () => {
  const started = worked()
  let text = ""
  for (let number = 0; number < 100_000; number++) text = appendText(text, `\r${number}`)
  expect(text).toBe("99999")
  expect(worked() - started).toBeLessThan(2_000)
})
