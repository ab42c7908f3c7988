import { expect, test } from "vitest"

import type { CellContent } from "./document"
import { writePython } from "./pythonScript"

const code = (source: string): CellContent => ({ type: "code", source })
const text = (source: string): CellContent => ({ type: "markdown", source })

test("code stays as it is, text is a comment", () => {
  expect(writePython([text("# Title\n\nText"), code("a = 7 % 2\nb = a != 1")])).toBe(
    "# %% [markdown]\n# # Title\n#\n# Text\n\n# %%\na = 7 % 2\nb = a != 1\n",
  )
})

test("what only IPython understands is a comment", () => {
  const source = [
    "!pip install x",
    "%matplotlib inline",
    "files = !ls",
    "seconds = %timeit -o f()",
    "print?",
    "?print",
    "print(1)",
  ].join("\n")
  expect(
    writePython([code(source)])
      .split("\n")
      .slice(1),
  ).toEqual([
    "# !pip install x",
    "# %matplotlib inline",
    "# files = !ls",
    "# seconds = %timeit -o f()",
    "# print?",
    "# ?print",
    "print(1)",
    "",
  ])
})

test("a block whose only statement was a command keeps one", () => {
  expect(writePython([code("for name in names:\n    !rm {name}")])).toBe(
    "# %%\nfor name in names:\n    pass  # !rm {name}\n",
  )
})

test("a cell for another program is a comment as a whole", () => {
  expect(writePython([code("\n%%bash\nrm -r x\n  echo 1")])).toBe("# %%\n#\n# %%bash\n# rm -r x\n#   echo 1\n")
})

test.each(["\r", "\r\n", "\n"])("p48 a text never becomes code, whatever ends its lines", (end) => {
  for (const hostile of [
    text(`Read me${end}import os${end}# %%${end}os.abort()`),
    { ...text(`x${end}import os`), type: "raw" as const },
  ]) {
    const lines = writePython([hostile]).split(/\r\n?|\n/)
    expect(lines.filter((line) => line && !line.startsWith("#"))).toEqual([])
  }
})
