/** Colours for code without an editor: those of the editor. Python's are here, other languages are fetched. */

import { classHighlighter, highlightTree } from "@lezer/highlight"
import type { Parser } from "@lezer/common"
import { parser as python } from "@lezer/python"

const PYTHON = new Set(["python", "python3", "py", "ipython", "ipython3"])
const LONGEST = 50_000

/** Replace the text of `code` by coloured spans; a language that we do not know stays plain. */
export function highlightInto(code: HTMLElement, language: string): void {
  const text = code.textContent ?? ""
  if (text.length > LONGEST) return
  if (PYTHON.has(language.toLowerCase())) colour(code, text, python)
  else if (language) void colourLater(code, text, language).catch(() => undefined) // then it stays plain
}

async function colourLater(code: HTMLElement, text: string, language: string): Promise<void> {
  const found = await (await import("../editor/languages")).loadLanguage(language)
  if (found && code.textContent === text) colour(code, text, found.parser)
}

function colour(code: HTMLElement, text: string, parser: Parser): void {
  const nodes: Node[] = []
  let from = 0
  const addPlain = (to: number): void => {
    if (to > from) nodes.push(document.createTextNode(text.slice(from, to)))
  }
  highlightTree(parser.parse(text), classHighlighter, (start, end, classes) => {
    addPlain(start)
    const span = document.createElement("span")
    span.className = classes
    span.textContent = text.slice(start, end)
    nodes.push(span)
    from = end
  })
  addPlain(text.length)
  code.replaceChildren(...nodes)
}
