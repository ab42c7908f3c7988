/** How well a name fits what somebody types: its letters in their order, better at beginnings and in a row. Pure. */

const START = 8
const RUN = 5
const GAP = 0.2

/** undefined when `typed` is not in `name`; the higher the better. */
export function fit(typed: string, name: string): number | undefined {
  const wanted = plain(typed)
  const letters = plain(name)
  let [at, score, last] = [0, 0, -2]
  for (const letter of wanted) {
    if (letter === " ") continue
    const found = letters.indexOf(letter, at)
    if (found === -1) return undefined
    if (found === last + 1) score += RUN
    else if (found === 0 || letters[found - 1] === " ") score += START
    score -= (found - at) * GAP
    last = found
    at = found + 1
  }
  return score - letters.length * 0.01
}

function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase()
}
