import { beforeAll, describe, expect, test } from "vitest"

import { worked } from "../testing/work"
import { loadExtras, renderMarkdown } from "./markdown"
import { anchorTarget } from "./markdownAnchors"

function drawn(source: string, attachments = {}): HTMLElement {
  const holder = document.createElement("div")
  holder.innerHTML = renderMarkdown(source, attachments)
  return holder
}

test("formulas are plain text until KaTeX is there", () => {
  expect(drawn("$x^2$").querySelector(".math-inline")?.textContent).toBe("x^2")
})

test("a text without formulas or code fetches nothing", () => {
  expect(loadExtras("# just *text*")).toBe(false)
})

test("GitHub's marks are understood", () => {
  const text = drawn("~~gone~~ https://example.org\n\n|a|b|\n|-|-|\n|1|2|\n\n- [ ] open\n- [x] done")
  expect(text.querySelector("s")?.textContent).toBe("gone")
  expect(text.querySelector("a")?.getAttribute("href")).toBe("https://example.org")
  expect(text.querySelectorAll("td")).toHaveLength(2)
  expect([...text.querySelectorAll("li.task")].map((task) => task.textContent)).toEqual(["☐ open", "☑ done"])
})

test("links leave the page and tell it nothing", () => {
  const link = drawn("[x](https://example.org)").querySelector("a")
  expect(link?.target).toBe("_blank")
  expect(link?.rel).toBe("noopener noreferrer")
})

test("remote pictures are shown without telling who looks", () => {
  const picture = drawn("![a cat](https://example.org/cat.png)").querySelector("img")
  expect(picture?.getAttribute("src")).toBe("https://example.org/cat.png")
  expect(picture?.getAttribute("referrerpolicy")).toBe("no-referrer")
  expect(picture?.alt).toBe("a cat")
})

test("attachments are shown", () => {
  const attachments = { "my cat.png": { "image/png": "iVBO\nRw0=" } }
  for (const source of ["![x](attachment:my%20cat.png)", '<img src="attachment:my cat.png">']) {
    expect(drawn(source, attachments).querySelector("img")?.getAttribute("src")).toBe("data:image/png;base64,iVBORw0=")
  }
})

test("an attachment that is not there, or is no picture, is not shown", () => {
  expect(drawn("![x](attachment:no.png)").querySelector("img")?.hasAttribute("src")).toBe(false)
  const page = { "a.html": { "text/html": "PHNjcmlwdD4=" } }
  expect(drawn("![x](attachment:a.html)", page).querySelector("img")?.hasAttribute("src")).toBe(false)
  expect(drawn("![x](attachment:constructor)").querySelector("img")?.hasAttribute("src")).toBe(false)
})

test("a link finds its heading however it spells it, and a named place", () => {
  document.body.replaceChildren(
    drawn('# My Heading: 日本\n\n<a name="Place"></a>\n\n[a](#My-Heading:-日本) [b](#Place)'),
  )
  const [toHeading, toPlace] = [...document.querySelectorAll("a[href]")].map((link) => link.getAttribute("href") ?? "")
  expect(anchorTarget(document, toHeading!)?.localName).toBe("h1")
  expect(anchorTarget(document, toPlace!)?.localName).toBe("a")
  expect(anchorTarget(document, "#user-content-nowhere")).toBeNull()
})

test("a text of two million characters does not stop the page", () => {
  const started = worked()
  expect(drawn("[".repeat(3_000_000)).querySelector("pre")).not.toBeNull()
  drawn("[".repeat(20_000) + "$".repeat(20_000))
  expect(worked() - started).toBeLessThan(5_000)
}, 60_000)

describe("with KaTeX and the highlighter", () => {
  beforeAll(async () => {
    await loadExtras("$x$ ```")
  })

  test.each([
    ["$x^2$", ".math-inline .katex"],
    ["$$\nx\n\ny\n$$", ".math-display .katex-display"],
    ["text $$x$$ text", ".math-display .katex"],
    ["\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}", ".math-display .katex-display"],
    ["> $$a_1 * b_2 * c$$", "blockquote .katex"],
    ["* $a_1$ and $b_1$", "li .katex"],
    ["|a|\n|-|\n|$x$|", "td .katex"],
  ])("%j is a formula", (source, selector) => {
    expect(drawn(source).querySelector(selector)).not.toBeNull()
  })

  test.each(["It costs $5 and $10.", "`$x$`", "```\n$x$\n```", "\\$x\\$", "a $ b $ c", "$5"])(
    "%j is no formula",
    (source) => {
      expect(drawn(source).querySelector(".katex")).toBeNull()
    },
  )

  test("underscores and stars in a formula are not emphasis", () => {
    expect(drawn("$a_1 * b_1$ and $a_2 * b_2$").querySelector("em")).toBeNull()
  })

  test("a formula that is wrong is shown as it was written", () => {
    expect(drawn("$\\frac{$").textContent).toContain("\\frac{")
  })

  test("a formula cannot expand for ever", () => {
    const started = worked()
    drawn("$\\def\\a{\\a\\a}\\a$ $\\rule{99999em}{99999em}$")
    expect(worked() - started).toBeLessThan(2_000)
  })

  test("Python in a fence is coloured, and stays the same text", () => {
    const code = drawn("```python\ndef f(x):\n    return 'a<b'\n```").querySelector("code")
    expect(code?.querySelector(".tok-keyword")?.textContent).toBe("def")
    expect(code?.textContent).toBe("def f(x):\n    return 'a<b'\n")
  })
})
