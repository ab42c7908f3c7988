/**
 * What notebook authors may put into the page itself: an allow-list of HTML, held by DOMPurify.
 *
 * Nothing that passes can run, style, submit, frame or name anything: no handlers, `style`, forms or `data-*`, ids and
 * names get a prefix, links leave the page, pictures are remote (https, without a referrer) or carried along. What
 * needs more than this is shown in a sandboxed frame.
 */

import DOMPurify from "dompurify"

export const CLOBBER_PREFIX = "user-content-"

const TEXT_TAGS =
  "a abbr b bdi bdo blockquote br cite code dd del details dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol " +
  "p pre progress q rp rt ruby s samp small span strong sub summary sup time tt u ul var wbr"
const TABLE_TAGS = "caption col colgroup table tbody td tfoot th thead tr"
const ALLOWED_TAGS = `${TEXT_TAGS} ${TABLE_TAGS} center figcaption figure font img section`.split(" ")
const ALLOWED_ATTR = (
  "abbr align alt border class color colspan datetime dir height href id lang max name open reversed rowspan scope " +
  "span src start title type valign value width"
).split(" ")
const CLASSES = /^(?:language-[\w+#.-]{1,40}|dataframe|math-inline|math-display|task)$/
const WEB_LINK = /^(?:https?:|mailto:|#)/i
const PICTURE = /^(?:https:\/\/|data:image\/(?:png|jpeg|gif|webp|svg\+xml)[;,])/i

/** Pictures that a text cell carries, `name → {mime: base64}`. */
export type Attachments = Readonly<Record<string, Readonly<Record<string, string>>>>

const purifier = DOMPurify()
let attachments: Attachments = {}

purifier.addHook("uponSanitizeAttribute", (element, attribute) => {
  const { attrName, attrValue } = attribute
  if (attrName === "class") attribute.attrValue = allowedClasses(attrValue)
  if (attrName === "class" && attribute.attrValue === "") attribute.keepAttr = false
  if (attrName === "href") {
    attribute.keepAttr = element.nodeName === "A" && WEB_LINK.test(attrValue.trim())
    if (attrValue.startsWith("#")) attribute.attrValue = `#${CLOBBER_PREFIX}${attrValue.slice(1)}`
  }
  if (attrName === "src") {
    attribute.attrValue = attachmentUrl(attrValue) ?? attrValue
    attribute.keepAttr = element.nodeName === "IMG" && PICTURE.test(attribute.attrValue)
  }
})

purifier.addHook("afterSanitizeAttributes", (element) => {
  if (element.nodeName === "IMG") {
    element.setAttribute("loading", "lazy")
    element.setAttribute("referrerpolicy", "no-referrer")
  }
  if (element.nodeName === "A" && element.hasAttribute("href") && !element.getAttribute("href")?.startsWith("#")) {
    element.setAttribute("target", "_blank")
    element.setAttribute("rel", "noopener noreferrer")
  }
})

/** The safe part of `html`, as nodes that belong to no page yet. */
export function sanitized(html: string, carried: Attachments = {}): DocumentFragment {
  attachments = carried
  try {
    return purifier.sanitize(html, {
      ALLOWED_TAGS,
      ALLOWED_ATTR,
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: false,
      SANITIZE_NAMED_PROPS: true,
      FORBID_CONTENTS: ["script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math"],
      RETURN_DOM_FRAGMENT: true,
    })
  } finally {
    attachments = {}
  }
}

/** Whether `html` is all text and tables, so that nothing of it is lost by `sanitized`. */
export function isStaticHtml(html: string): boolean {
  const { body, head } = new DOMParser().parseFromString(html, "text/html")
  if (head.children.length > 0) return false
  for (const style of body.querySelectorAll("style[scoped]")) if (isTableStyle(style)) style.remove()
  return [...body.querySelectorAll("*")].every(isStaticElement)
}

const STATIC_TAGS = new Set(`${TEXT_TAGS} ${TABLE_TAGS}`.split(" "))
const STATIC_ATTRIBUTES = new Set(
  "align border class colspan href max rowspan scope span start title valign value".split(" "),
)
const STATIC_CLASSES = /^(?:dataframe|)$/

/** pandas sends the style of a table with each table; ours takes its place. */
function isTableStyle(style: Element): boolean {
  return style.parentElement?.querySelector(":scope > table.dataframe") != null
}

function isStaticElement(element: Element): boolean {
  return STATIC_TAGS.has(element.localName) && [...element.attributes].every(isStaticAttribute)
}

function isStaticAttribute({ name, value }: Attr): boolean {
  if (name === "style") return /^\s*text-align:\s*(?:left|right|center);?\s*$/.test(value)
  if (name === "class") return STATIC_CLASSES.test(value)
  if (name === "href") return WEB_LINK.test(value)
  return STATIC_ATTRIBUTES.has(name)
}

function allowedClasses(value: string): string {
  return value
    .split(/\s+/)
    .filter((name) => CLASSES.test(name))
    .join(" ")
}

function attachmentUrl(source: string): string | null {
  if (!source.startsWith("attachment:")) return null
  const name = decoded(source.slice("attachment:".length))
  const bundle = Object.hasOwn(attachments, name) ? attachments[name] : undefined
  const [mime, data] = Object.entries(bundle ?? {})[0] ?? []
  return mime && typeof data === "string" ? `data:${mime};base64,${data.replace(/\s/g, "")}` : null
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
