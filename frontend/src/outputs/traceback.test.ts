import { expect, test } from "vitest"

import { readTraceback } from "./traceback"

const CELL =
  "\u001b[36mCell\u001b[39m\u001b[36m \u001b[39m\u001b[32mIn[4]\u001b[39m\u001b[32m, line 2\u001b[39m, in f(x)\n      1 def f(x):\n"
const library = (name: string) =>
  `\u001b[36mFile \u001b[39m\u001b[32m/opt/python/lib/python3.11/site-packages/pandas/${name}.py:12\u001b[39m, in get()\n     12 x`
const END = "\u001b[31mKeyError\u001b[39m: 'x'"

test("frames of libraries between the cell and the error are one part", () => {
  const parts = readTraceback(["-----", CELL, library("a"), library("b"), library("c"), END])

  expect(parts.map(({ kind }) => kind)).toEqual(["text", "cell", "library", "text", "text"])
  expect(parts[2]).toEqual({ kind: "library", texts: [library("a"), library("b")] })
  expect(parts[3]).toEqual({ kind: "text", text: library("c") })
})

test("a frame of a cell says which run and which line", () => {
  expect(readTraceback([CELL])).toEqual([
    { kind: "cell", label: "Cell In[4], line 2", rest: ", in f(x)", count: 4, line: 2, text: "      1 def f(x):\n" },
  ])
})

test("what Cython made is a library's", () => {
  const compiled = "File pandas/_libs/index.pyx:172, in pandas._libs.index.IndexEngine.get_loc()\n--> 172 x"
  expect(readTraceback([CELL, compiled, library("a"), END])[1]).toEqual({ kind: "library", texts: [compiled] })
})

test("a file of the person's own is not folded", () => {
  const own = "File /content/model.py:3, in fit()\n      3 x"
  expect(readTraceback([CELL, own, library("a"), END]).map(({ kind }) => kind)).toEqual([
    "cell",
    "text",
    "text",
    "text",
  ])
})

test.each([[[]], [["whatever\nit is"]], [[""]]])("%o comes through as it is", (entries) => {
  expect(readTraceback(entries)).toEqual(entries.map((text) => ({ kind: "text", text })))
})
