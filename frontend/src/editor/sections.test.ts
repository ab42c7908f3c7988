import { expect, test } from "vitest"

import { Cells } from "../document/cells.svelte"
import { NotebookDocument } from "../document/document"
import { Sections, sectionEnds } from "./sections.svelte"

function notebook(...sources: string[]): { cells: Cells; sections: Sections; said: () => string } {
  const document = new NotebookDocument()
  document.insertAll(
    0,
    sources.map((source) => ({ type: source.startsWith("code") ? "code" : "markdown", source }) as const),
  )
  const cells = new Cells(document)
  const sections = new Sections(cells)
  return { cells, sections, said: () => sections.visible.map(({ cell }) => cell.text).join(" / ") }
}

test.each([
  [[1, undefined, 2, undefined, 1], { 0: 4, 2: 4, 4: 5 }],
  [[2, 1, 3, 2], { 0: 1, 1: 4, 2: 3, 3: 4 }],
  [[undefined, undefined], {}],
])("sections of levels %o end at %o", (levels, ends) => {
  expect(Object.fromEntries(sectionEnds(levels))).toEqual(ends)
})

test("a folded section hides its cells, deeper sections too, and goes along as one", () => {
  const { cells, sections, said } = notebook("text", "# A", "code 1", "## B", "code # 2", "# C", "code 3")
  const [, a, one, b, two] = cells.list
  if (!a || !one || !b || !two) throw new Error("There are no cells.")
  sections.fold(b)
  expect(said()).toBe("text / # A / code 1 / ## B / # C / code 3")
  expect(sections.neighbour(b.id, 1)?.text).toBe("# C")
  sections.fold(a)
  expect(said()).toBe("text / # A / # C / code 3")
  expect(sections.withHidden([a])).toEqual([a, one, b, two])
  sections.reveal(two.id)
  expect(said()).toBe("text / # A / code 1 / ## B / code # 2 / # C / code 3")
})

test("what is no heading folds nothing", () => {
  const { cells, sections, said } = notebook("plain", "code # 1", "code 2")
  for (const cell of cells.list) sections.fold(cell)
  expect(sections.folded.size).toBe(0)
  sections.foldAll()
  expect(said()).toBe("plain / code # 1 / code 2")
})
