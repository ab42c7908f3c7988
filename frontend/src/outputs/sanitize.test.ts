import { beforeAll, describe, expect, test } from "vitest"

/** Attacks on notebook sanitisers that worked somewhere, and their relatives. */
import ATTACKS from "../../../tests/messages/attacks.json"
import { loadExtras, renderMarkdown } from "./markdown"
import { isStaticHtml, sanitized } from "./sanitize"

const FORBIDDEN =
  "script, style, link, meta, base, iframe, object, embed, form, input, button, select, textarea, template, noscript, " +
  "svg:not(.katex svg), video, audio, map, area, xss-custom, marquee, [contenteditable], [srcset], [formaction]"

/** What of a fragment could act; KaTeX draws with `style` and `svg` of its own making. */
function dangers(html: string): string[] {
  const holder = new DOMParser().parseFromString(html, "text/html").body
  const found = [...holder.querySelectorAll(FORBIDDEN)].map((element) => element.localName)
  for (const element of holder.querySelectorAll("*")) {
    for (const { name, value } of element.attributes)
      if (isDangerous(element, name, value)) found.push(`${name}=${value}`)
  }
  return found
}

function isDangerous(element: Element, name: string, value: string): boolean {
  const isDrawing = element.closest(".katex") !== null
  if (/^on|^data-|^xlink|^is$/.test(name)) return true
  if (name === "style") return !isDrawing || /position\s*:\s*fixed|url\(/.test(value)
  if (name === "href" || name === "action") return !/^(https?:|mailto:|#user-content-)/.test(value)
  if (name === "src") return !/^(https:|data:image\/)/.test(value)
  if (name === "id" || name === "name") return !value.startsWith("user-content-")
  if (name === "class") return /overlay|modal|dialog/.test(value)
  return false
}

describe("in a text cell", () => {
  beforeAll(async () => {
    await loadExtras("$x$ ```python")
  })

  test.each(ATTACKS)("nothing is left that acts: %s", (attack) => {
    expect(dangers(renderMarkdown(attack))).toEqual([])
    expect(dangers(renderMarkdown(`before ${attack} after\n\n* ${attack}\n\n> ${attack}`))).toEqual([])
    expect(dangers(renderMarkdown(attack, {}, "mathml"))).toEqual([])
  })

  test("the check itself sees an attack that is left", () => {
    expect(dangers("<img src=x onerror=alert(1)>")).not.toEqual([])
    expect(dangers('<p data-x="1" id="boot">')).toHaveLength(2)
  })
})

describe("in an HTML output that is drawn in the page", () => {
  test.each(ATTACKS)("nothing is left that acts: %s", (attack) => {
    const holder = document.createElement("div")
    holder.append(sanitized(attack))
    expect(dangers(holder.innerHTML)).toEqual([])
  })
})

const DATA_FRAME = `<div>
<style scoped>
    .dataframe tbody tr th:only-of-type { vertical-align: middle; }
    .dataframe thead th { text-align: right; }
</style>
<table border="1" class="dataframe">
  <thead><tr style="text-align: right;"><th></th><th>a</th></tr></thead>
  <tbody><tr><th>0</th><td>1</td></tr></tbody>
</table>
</div>`

test("a table of pandas is static and keeps its cells", () => {
  expect(isStaticHtml(DATA_FRAME)).toBe(true)
  const table = sanitized(DATA_FRAME).querySelector("table.dataframe")
  expect([...(table?.querySelectorAll("th, td") ?? [])].map((cell) => cell.textContent)).toEqual(["", "a", "0", "1"])
})

test.each([
  "<b>bold</b> and <i>italic</i>",
  "<ul><li>one</li></ul>",
  '<table><tr><td colspan="2">x</td></tr></table>',
  '<a href="https://example.org">link</a>',
])("simple HTML is static: %s", (html) => expect(isStaticHtml(html)).toBe(true))

test.each([
  "<script>1</script>",
  "<p>text</p><script>1</script>",
  "<style>b{color:red}</style><b>x</b>",
  '<style scoped="">b{color:red}</style><b>x</b>',
  '<b style="color:red">x</b>',
  '<b onclick="f()">x</b>',
  '<div id="plot"></div>',
  '<svg width="10"></svg>',
  '<iframe src="https://example.org"></iframe>',
  '<a href="javascript:f()">x</a>',
  "<progress value=1></progress><button>x</button>",
])("HTML that would lose something is not: %s", (html) => expect(isStaticHtml(html)).toBe(false))
