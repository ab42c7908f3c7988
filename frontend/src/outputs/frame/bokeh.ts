/**
 * Bokeh's plots, drawn by its library from our own origin.
 *
 * Bokeh sends a place and a script that waits for the library, which `output_notebook()` was to fetch from a CDN into
 * the page. Here each cell is a page of its own and nothing is fetched from elsewhere: each frame that shows a plot
 * gets the library of the version that is in the machines.
 */

import main from "@bokeh/bokehjs/build/js/bokeh.min.js?url"
import tables from "@bokeh/bokehjs/build/js/bokeh-tables.min.js?url"
import widgets from "@bokeh/bokehjs/build/js/bokeh-widgets.min.js?url"

import { insertHtml, loadScript, runJavaScript } from "./scripts"

/** What the page sends of a plot, or of `output_notebook()`, whose `script` would fetch the library. */
type Plot = Readonly<{ html: string; script: string; isLoading: boolean }>

let loading: Promise<void> | undefined

export async function drawBokeh(place: HTMLElement, source: string): Promise<void> {
  const { html, script, isLoading } = JSON.parse(source) as Plot
  await insertHtml(place, html)
  loading ??= load()
  await loading
  if (isLoading) sayLoaded()
  else runJavaScript(place, script)
}

/** `output_notebook()` shows that it is loading, beside Bokeh's sign. */
function sayLoaded(): void {
  const { version = "" } = (window as unknown as { Bokeh?: { version?: string } }).Bokeh ?? {}
  for (const note of document.querySelectorAll(".bk-notebook-logo + span")) note.textContent = `BokehJS ${version}`
}

/** One after the other: the second adds itself to the first. */
async function load(): Promise<void> {
  for (const address of [main, widgets, tables]) await loadScript(address)
}
