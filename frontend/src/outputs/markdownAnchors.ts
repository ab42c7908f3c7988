/** Names for Markdown's headings, so that `[see](#Some-heading)` finds them. */

import type { MarkdownIt } from "markdown-it"

import { CLOBBER_PREFIX } from "./sanitize"

export function addAnchors(parser: MarkdownIt): void {
  parser.core.ruler.push("anchors", (state) => {
    state.tokens.forEach((token, at) => {
      const text = state.tokens[at + 1]?.content
      if (token.type === "heading_open" && text) token.attrSet("id", slug(text))
    })
  })
}

/** What a link in the notebook points at: a named place, or the heading that reads like it. */
export function anchorTarget(page: Document, href: string): Element | null {
  const name = decoded(href.slice(`#${CLOBBER_PREFIX}`.length))
  const [exact, heading] = [CLOBBER_PREFIX + name, CLOBBER_PREFIX + slug(name)]
  return page.getElementById(exact) ?? page.getElementsByName(exact)[0] ?? page.getElementById(heading)
}

/** The heading in `place` that reads like this. */
export function anchorElement(place: Element, heading: string): Element | null {
  const wanted = slug(heading)
  return [...place.querySelectorAll("h1, h2, h3, h4, h5, h6")].find((one) => slug(one.textContent) === wanted) ?? null
}

export function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-")
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
