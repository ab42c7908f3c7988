import { expect, test } from "vitest"

import { readForm } from "./form"
import { fieldLine, isName, type NewField } from "./newField"

const BASE: NewField = { kind: "text", name: "x", text: "", allowsInput: false, min: -1, max: 1, step: 0.5 }

test.each<[Partial<NewField>, object]>([
  [{ kind: "text" }, { kind: "text", name: "x", value: "" }],
  [
    { kind: "choice", text: 'one\n\n t"wo ' },
    { kind: "choice", choices: ["one", 't"wo'], value: "one", allowsInput: false },
  ],
  [
    { kind: "choice", text: "a", allowsInput: true },
    { kind: "choice", allowsInput: true },
  ],
  [{ kind: "integer" }, { kind: "integer", value: "0" }],
  [{ kind: "number" }, { kind: "number", value: "0.0" }],
  [{ kind: "slider" }, { kind: "slider", min: -1, max: 1, step: 0.5, value: "-1" }],
  [{ kind: "boolean" }, { kind: "boolean", value: "False" }],
  [{ kind: "date" }, { kind: "date", value: "2026-01-02" }],
  [{ kind: "raw" }, { kind: "raw", value: "None" }],
])("%o is read back as that field", (chosen, field) => {
  const part = readForm(fieldLine({ ...BASE, ...chosen }, "2026-01-02"))?.parts[0]
  expect(part?.type === "field" && part.field).toMatchObject(field)
})

test("words of several lines are words of the form", () => {
  expect(readForm(fieldLine({ ...BASE, kind: "markdown", text: "one\ntwo" }, ""))?.parts).toEqual([
    { type: "markdown", text: "one\ntwo" },
  ])
})

test.each([
  ["値", true],
  ["a_1", true],
  ["1a", false],
  ["a b", false],
  ["class", false],
  ["", false],
])("%j as a name: %s", (name, isOne) => {
  expect(isName(name)).toBe(isOne)
})
