/** Charts that come as data and are drawn in the frame: Plotly's, Vega's and Vega-Lite's. Each library on first use. */

import type { Json } from "../../runtime/outputs"

export type ChartKind = "plotly" | "vega"

type Plotly = Readonly<{
  newPlot: (place: HTMLElement, data: Json, layout: Json, config: object) => Promise<unknown>
  addFrames: (place: HTMLElement, frames: Json) => Promise<unknown>
}>

/** Draw the figure or specification in `source`, as JSON, into `place`. */
export function drawChart(kind: ChartKind, place: HTMLElement, source: string): Promise<void> {
  const value = JSON.parse(source) as Json
  return kind === "plotly" ? drawPlotly(place, value) : drawVega(place, value)
}

async function drawPlotly(place: HTMLElement, value: Json): Promise<void> {
  const { data = [], layout = {}, frames, config = {} } = value as Record<string, Json>
  // Of a stranger's figure its types promise nothing.
  const { default: plotly } = (await import("plotly.js-dist-min")) as unknown as { default: Plotly }
  await plotly.newPlot(place, data, layout, { responsive: true, ...(config as object) })
  if (Array.isArray(frames) && frames.length > 0) await plotly.addFrames(place, frames)
}

/** Vega and Vega-Lite tell themselves apart by their `$schema`. */
async function drawVega(place: HTMLElement, value: Json): Promise<void> {
  const { default: embed } = await import("vega-embed")
  const mode = document.documentElement.dataset["theme"] === "dark" ? { theme: "dark" as const } : {}
  await embed(place, value as Parameters<typeof embed>[1], { actions: false, ...mode })
}
