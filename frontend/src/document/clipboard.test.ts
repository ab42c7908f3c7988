import { expect, test } from "vitest"

import { readJson, readText, writeJson, writeText } from "./clipboard"
import type { CellContent } from "./document"

const CODE: CellContent = { type: "code", source: "a = 1\n\nb = 2" }
const TEXT: CellContent = { type: "markdown", source: "# Title\n\nText" }

test("one cell is its source, several are a script that reads back as the same cells", () => {
  expect(writeText([TEXT])).toBe(TEXT.source)
  const script = writeText([CODE, TEXT, CODE])
  expect(script).toContain("# %% [markdown]\n# # Title\n#\n# Text\n\n# %%\n")
  expect(readText(script, "code")).toEqual([CODE, TEXT, CODE])
})

test("text without markers is one cell, and nothing is none", () => {
  expect(readText("x = 1\r\ny = 2", "code")).toEqual([{ type: "code", source: "x = 1\ny = 2" }])
  expect(readText("100 %% of it", "markdown")).toEqual([{ type: "markdown", source: "100 %% of it" }])
  expect(readText(" \n", "code")).toEqual([])
})

test("what stands before the first marker is a cell too", () => {
  expect(readText("import os\n# %% Load\nx = 1\n", "code")).toEqual([
    { type: "code", source: "import os" },
    { type: "code", source: "x = 1" },
  ])
})

test("cells of another notebook come with all that they hold; what is no cell is left out", () => {
  const cell: CellContent = {
    type: "markdown",
    source: "![a](attachment:a.png)",
    metadata: { tags: ["x"] },
    attachments: { "a.png": { "image/png": "QUJD" } },
    execution: "one",
  }
  expect(readJson(writeJson({ notebook: "n", cells: [cell] }))).toEqual({ notebook: "n", cells: [cell] })
  expect(readJson('{"notebook": "n", "cells": [{"source": 1}, null, {"source": "x", "type": "strange"}]}')).toEqual({
    notebook: "n",
    cells: [{ type: "code", source: "x", metadata: {}, attachments: undefined, execution: undefined }],
  })
  for (const strange of ["", "null", "[]", '{"cells": []}', '{"notebook": "n", "cells": []}']) {
    expect(readJson(strange)).toBeUndefined()
  }
})
