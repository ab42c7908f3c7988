/** The one or two characters by which a person's name is known in a small circle. */

const WRITTEN_WITHOUT_INITIALS = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u

export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s.@_-]+/u)
    .filter(Boolean)
  const [first = "?"] = words
  const last = words.length > 1 && !first.match(WRITTEN_WITHOUT_INITIALS) ? words.at(-1) : undefined
  return [first, last].map((word) => firstCharacter(word ?? "").toLocaleUpperCase()).join("")
}

/** As people count: a letter with its accents, an emoji with all its parts. */
function firstCharacter(word: string): string {
  const [first] = new Intl.Segmenter().segment(word)
  return first?.segment ?? ""
}
