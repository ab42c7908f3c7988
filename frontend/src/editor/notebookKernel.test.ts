import { expect, test } from "vitest"

import { NotebookDocument } from "../document/document"
import { loadLanguage } from "./languages"
import { NotebookKernel } from "./notebookKernel.svelte"

function notebook(metadata: Record<string, unknown>): { document: NotebookDocument; kernel: NotebookKernel } {
  const document = new NotebookDocument()
  for (const [key, value] of Object.entries(metadata)) document.meta.set(key, value)
  return { document, kernel: new NotebookKernel(document) }
}

test.each([
  [{}, "python", {}],
  [{ kernelspec: { name: "python3", display_name: "Python 3" } }, "python", { kernel: "python3" }],
  [{ kernelspec: { name: "ir" }, language_info: { name: "R" } }, "r", { kernel: "ir", language: "R" }],
  [{ kernelspec: { name: "sos", language: "sos" } }, "sos", { kernel: "sos", language: "sos" }],
  [{ kernelspec: { name: "somebodys" } }, "", { kernel: "somebodys" }],
  [{ kernelspec: 7, language_info: ["R"] }, "python", {}],
])("what the metadata %o say", (metadata, language, wish) => {
  const { kernel } = notebook(metadata)

  expect(kernel.language).toBe(language)
  expect(kernel.wish).toEqual(wish)
})

test("a choice is written as Jupyter writes it, and heard by everybody", () => {
  const { document, kernel } = notebook({})

  document.chooseKernel("bash", "Bash", "bash")

  expect(document.meta.get("kernelspec")).toEqual({ name: "bash", display_name: "Bash", language: "bash" })
  expect(document.meta.get("language_info")).toEqual({ name: "bash" })
  expect(kernel.current).toEqual({ name: "bash", display_name: "Bash", language: "bash" })
})

test.each(["R", "bash", "sh", "TypeScript", "javascript", "scala", "julia", "c++", "octave", "ocaml"])(
  "%s has colours",
  async (name) => {
    const language = await loadLanguage(name)

    expect(language?.parser.parse("x").length).toBe(1)
  },
)

test("what we do not know stays plain", async () => {
  expect(await loadLanguage("sos")).toBeUndefined()
  expect(await loadLanguage("constructor")).toBeUndefined()
})
