/**
 * Marks of commented text in drawn Markdown.
 *
 * The parser does not say where in its source a drawn word stood. So a sign that no text has is put into the source and
 * looked for in what is drawn. Within the signs that make up Markdown it would change the text; then a place a little
 * further inside is taken.
 */

/** A piece of the source, from and to a place in it. */
export type SourceMark = Readonly<{ thread: string; from: number; to: number; isPresent: boolean }>

type Draw = (source: string) => DocumentFragment

/** U+F8FE, of the private use area. */
const SIGN = "\uf8fe"
const LONGEST = 100_000 // characters: each mark costs a few drawings
const TRIES = 24
/** Drawn anew from their own text: marked as a whole. */
const WHOLE = ".math-inline, .math-display"

/** Wrap in `fragment`, which is `source` as `draw` draws it, what is drawn of the marked pieces. */
export function markDrawn(fragment: DocumentFragment, source: string, marks: readonly SourceMark[], draw: Draw): void {
  if (source.length > LONGEST || source.includes(SIGN)) return
  const text = fragment.textContent
  for (const mark of marks) {
    const from = drawnPlace(source, mark, +1, text, draw)
    const to = drawnPlace(source, mark, -1, text, draw)
    if (from !== undefined && to !== undefined && from < to) wrap(fragment, { ...mark, from, to })
  }
}

/** Where one end of a mark is in the drawn text, or the nearest place inside of the mark. */
function drawnPlace(
  source: string,
  { from, to }: SourceMark,
  step: 1 | -1,
  text: string,
  draw: Draw,
): number | undefined {
  let at = step > 0 ? from : to
  for (let tried = 0; tried < TRIES && at >= from && at <= to; tried += 1, at += step) {
    const drawn = draw(source.slice(0, at) + SIGN + source.slice(at)).textContent
    const found = drawn.indexOf(SIGN)
    if (found >= 0 && drawn.slice(0, found) + drawn.slice(found + 1) === text) return found
  }
  return undefined
}

/** Characters of the drawn text, as they lie in its nodes. */
function wrap(fragment: DocumentFragment, { thread, from, to, isPresent }: SourceMark): void {
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT)
  const pieces: [Node, number, number][] = []
  let end = 0
  while (walker.nextNode()) {
    const node = walker.currentNode as Text
    const start = end
    end += node.length
    if (start < to && end > from && node.data.trim()) pieces.push([node, Math.max(from - start, 0), to - start])
  }
  for (const [node, first, last] of pieces) {
    const mark = document.createElement("mark")
    mark.className = isPresent ? "comment-mark comment-present" : "comment-mark"
    mark.setAttribute("data-thread", thread)
    const whole = node.parentElement?.closest(WHOLE)
    if (whole?.parentElement?.closest("mark.comment-mark")) continue // by another of its pieces
    const range = document.createRange()
    if (whole) range.selectNode(whole)
    else {
      range.setStart(node, first)
      range.setEnd(node, Math.min(last, (node as Text).length))
    }
    range.surroundContents(mark)
  }
}
