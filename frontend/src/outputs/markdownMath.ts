/** Formulas in Markdown: `$…$`, `$$…$$` and `\begin{…}…\end{…}`, kept from Markdown's own marks. */

import type { MarkdownIt } from "markdown-it"

type BlockRule = Parameters<MarkdownIt["block"]["ruler"]["before"]>[2]
type InlineRule = Parameters<MarkdownIt["inline"]["ruler"]["before"]>[2]

export function addMath(parser: MarkdownIt): void {
  parser.inline.ruler.before("escape", "math", inlineMath)
  parser.block.ruler.before("fence", "math", blockMath, { alt: ["paragraph", "reference", "blockquote", "list"] })
  for (const kind of ["math-inline", "math-display"]) {
    parser.renderer.rules[kind] = (tokens, at) => {
      const tag = tokens[at]?.block ? "div" : "span"
      return `<${tag} class="${kind}">${parser.utils.escapeHtml(tokens[at]?.content ?? "")}</${tag}>`
    }
  }
}

const ENVIRONMENT = /\\begin\{([a-zA-Z]{1,30}\*?)\}[\s\S]*?\\end\{\1\}/y
const DISPLAY = /\$\$([\s\S]+?)\$\$/y
/** Money is no formula: no space inside the marks, no digit after them. */
const INLINE = /\$(?![\s$])((?:\\[\s\S]|[^\\$])*?[^\s\\$]|(?:\\[\s\S]|[^\\$])*?\\[^\s])\$(?!\d)/y

const inlineMath: InlineRule = (state, silent) => {
  const found = mathAt(state.src, state.pos)
  if (!found) return false
  if (!silent) state.push(found.kind, "", 0).content = found.tex
  state.pos += found.length
  return true
}

/** A display formula that begins a line; it may hold blank lines and characters that begin blocks. */
const blockMath: BlockRule = (state, startLine, endLine, silent) => {
  const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0)
  const end = state.eMarks[endLine - 1] ?? state.src.length
  if (!/^(?:\$\$|\\begin\{)/.test(state.src.slice(start, start + 7))) return false

  const found = mathAt(state.src.slice(0, end), start)
  if (found?.kind !== "math-display") return false
  const close = start + found.length
  const lastLine = lineOf(state.eMarks, startLine, close)
  if (state.src.slice(close, state.eMarks[lastLine]).trim() !== "") return false

  if (!silent) {
    const token = state.push("math-display", "", 0)
    token.block = true
    token.content = found.tex
    token.map = [startLine, lastLine + 1]
  }
  state.line = lastLine + 1
  return true
}

function mathAt(source: string, at: number): { kind: string; tex: string; length: number } | null {
  for (const [pattern, kind] of [
    [ENVIRONMENT, "math-display"],
    [DISPLAY, "math-display"],
    [INLINE, "math-inline"],
  ] as const) {
    pattern.lastIndex = at
    const match = pattern.exec(source)
    if (match) return { kind, tex: pattern === ENVIRONMENT ? match[0] : (match[1] ?? ""), length: match[0].length }
  }
  return null
}

function lineOf(lineEnds: readonly number[], from: number, position: number): number {
  let line = from
  while ((lineEnds[line] ?? Infinity) < position) line += 1
  return line
}
