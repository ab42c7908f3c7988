/** Colours for Python in Markdown's fenced code: the colours of the editor, without an editor. */

import { classHighlighter, highlightTree } from "@lezer/highlight"
import { parser } from "@lezer/python"

const PYTHON = new Set(["python", "python3", "py", "ipython", "ipython3"])
const LONGEST = 50_000

/** Replace the text of `code` by coloured spans; a language that we do not know stays plain. */
export function highlightInto(code: HTMLElement, language: string): void {
  const text = code.textContent ?? ""
  if (!PYTHON.has(language.toLowerCase()) || text.length > LONGEST) return

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
