/**
 * Markdown as text cells and `text/markdown` outputs have it: GitHub's, with formulas, attachments and heading anchors.
 *
 * The text is made into HTML, the HTML is sanitised, and only then are formulas and code coloured in, from their plain
 * text: what KaTeX and the highlighter make never passes through hands that could change it.
 */

import type Katex from "katex"
import MarkdownIt from "markdown-it"

import type { highlightInto } from "./highlight"
import { addAnchors } from "./markdownAnchors"
import { markDrawn, type SourceMark } from "./markdownMarks"
import { addMath } from "./markdownMath"
import { addTasks } from "./markdownTasks"
import { type Attachments, sanitized } from "./sanitize"

export type { SourceMark } from "./markdownMarks"
export type { Attachments } from "./sanitize"

/** How formulas are drawn: with KaTeX's own style sheet, or as MathML where that is not at hand. */
type MathForm = "htmlAndMathml" | "mathml"

const LONGEST = 2_000_000 // characters; a text cell beyond this is shown as it is
const parser = new MarkdownIt({ html: true, linkify: true, breaks: false, maxNesting: 60 })
addMath(parser)
addTasks(parser)
addAnchors(parser)
parser.validateLink = () => true // the sanitiser decides, and knows of attachments

/** What is needed only by texts that use it, fetched once. */
const extras = {
  katex: null as typeof Katex | null,
  highlight: null as typeof highlightInto | null,
}

/** `source` as nodes; formulas and code are plain until `loadExtras` has fetched what draws them. */
export function markdownFragment(
  source: string,
  attachments: Attachments = {},
  math: MathForm = "htmlAndMathml",
  marks: readonly SourceMark[] = [],
): DocumentFragment {
  const draw = (text: string): DocumentFragment =>
    sanitized(text.length > LONGEST ? asPlain(text) : parser.render(text), attachments)
  const fragment = draw(source)
  if (marks.length > 0) markDrawn(fragment, source, marks, draw)
  for (const formula of fragment.querySelectorAll<HTMLElement>(".math-inline, .math-display")) drawMath(formula, math)
  for (const code of fragment.querySelectorAll<HTMLElement>("pre > code[class^=language-]")) drawCode(code)
  return fragment
}

/** A heading's rank, from 1 to 6, and its words. */
export type Heading = Readonly<{ level: number; text: string }>

export function headingsOf(source: string): Heading[] {
  if (source.length > LONGEST) return []
  const tokens = parser.parse(source, {})
  return tokens.flatMap((token, at) => {
    if (token.type !== "heading_open") return []
    const inside = tokens[at + 1]?.children ?? []
    const text = inside.map(({ content }) => content).join("")
    return text.trim() ? [{ level: Number(token.tag.slice(1)), text: text.trim() }] : []
  })
}

export function renderMarkdown(
  source: string,
  attachments: Attachments = {},
  math: MathForm = "htmlAndMathml",
): string {
  const holder = document.createElement("div")
  holder.append(markdownFragment(source, attachments, math))
  return holder.innerHTML
}

/** Fetches what `source` needs to be drawn in full; false when nothing is missing. */
export function loadExtras(source: string): Promise<unknown> | false {
  const wanted: Promise<unknown>[] = []
  if (extras.katex === null && /\$|\\begin\{/.test(source)) wanted.push(loadKatex())
  if (extras.highlight === null && /```|~~~/.test(source)) wanted.push(loadHighlight())
  return wanted.length > 0 && Promise.all(wanted)
}

async function loadKatex(): Promise<void> {
  const [{ default: katex }] = await Promise.all([import("katex"), import("katex/dist/katex.min.css")])
  extras.katex = katex
}

async function loadHighlight(): Promise<void> {
  extras.highlight = (await import("./highlight")).highlightInto
}

function drawMath(formula: HTMLElement, output: MathForm): void {
  if (extras.katex === null) return
  extras.katex.render(formula.textContent ?? "", formula, {
    displayMode: formula.classList.contains("math-display"),
    output,
    throwOnError: false,
    trust: false,
    strict: "ignore",
    maxExpand: 1000,
    maxSize: 50,
  })
}

function drawCode(code: HTMLElement): void {
  const language = /language-(\S+)/.exec(code.className)?.[1] ?? ""
  extras.highlight?.(code, language)
}

function asPlain(source: string): string {
  return `<pre>${parser.utils.escapeHtml(source)}</pre>`
}
