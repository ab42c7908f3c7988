/** A curve of figures over time, as the points of an SVG polyline. Pure. */

export const WIDTH = 320
export const HEIGHT = 96

export type Point = Readonly<{ at: number; value: number }>

/** From the first to the last of `points`, and from 0 at the bottom to `limit` at the top; one alone is a line. */
export function curve(points: readonly Point[], limit: number): string {
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last) return ""
  const span = last.at - first.at
  const placed = points.map(({ at, value }) => {
    const x = span > 0 ? ((at - first.at) / span) * WIDTH : WIDTH
    const share = limit > 0 ? Math.min(1, Math.max(0, value / limit)) : 0
    return [x, HEIGHT - share * HEIGHT] as const
  })
  const drawn = span > 0 ? placed : [[0, placed[0]?.[1] ?? HEIGHT] as const, ...placed]
  return drawn.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")
}
