/** Task lists in Markdown: `- [ ] open` and `- [x] done`. */

import type { MarkdownIt } from "markdown-it"

export function addTasks(parser: MarkdownIt): void {
  parser.core.ruler.after("inline", "tasks", (state) => {
    state.tokens.forEach((token, at) => {
      const text = token.children?.[0]
      if (token.type !== "inline" || state.tokens[at - 2]?.type !== "list_item_open" || text?.type !== "text") return
      const mark = /^\[([ xX])\]\s+/.exec(text.content)
      if (!mark) return
      text.content = `${mark[1] === " " ? "☐" : "☑"} ${text.content.slice(mark[0].length)}`
      state.tokens[at - 2]?.attrJoin("class", "task")
    })
  })
}
