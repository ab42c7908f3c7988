/**
 * The state of widgets as notebooks keep it (`metadata.widgets`), so that they are seen without a kernel.
 *
 * Jupyter's own form, which Colab writes too: https://jupyter-widgets.readthedocs.io, "Widget state in notebooks".
 */

import { isRecord, references, type WidgetState } from "./comms"
import type { Json } from "./outputs"

export const STATE_TYPE = "application/vnd.jupyter.widget-state+json"
export const VIEW_TYPE = "application/vnd.jupyter.widget-view+json"
const MOST_CHARACTERS = 200_000

/** The state of `model` in a notebook's `metadata.widgets`. */
export function savedState(widgets: unknown, model: string): WidgetState | null {
  const saved = entries(widgets)[model]
  if (!isRecord(saved) || !isRecord(saved["state"])) return null
  const { model_name, model_module, model_module_version, buffers } = saved
  const names = {
    ...(typeof model_name === "string" && { _model_name: model_name }),
    ...(typeof model_module === "string" && { _model_module: model_module }),
    ...(typeof model_module_version === "string" && { _model_module_version: model_module_version }),
  }
  return { state: { ...saved["state"], ...names }, buffers: Array.isArray(buffers) ? buffers.flatMap(readBuffer) : [] }
}

/** What to save for these shown widgets and all that they consist of; null when it is too much for a notebook. */
export function toSave(
  shown: readonly string[],
  known: (model: string) => WidgetState | null,
  before: unknown,
): Json | null {
  const old = entries(before)
  const state: Record<string, Json> = {}
  const waiting = [...shown]
  for (let model = waiting.pop(); model !== undefined; model = waiting.pop()) {
    if (state[model] !== undefined) continue
    const live = known(model)
    const entry = live ? entryOf(live) : old[model]
    if (entry === undefined) continue
    state[model] = entry
    waiting.push(...references(entry))
  }
  if (JSON.stringify(state).length > MOST_CHARACTERS) return null
  return { [STATE_TYPE]: { version_major: 2, version_minor: 0, state } }
}

function entryOf({ state, buffers }: WidgetState): Json {
  const { _model_name = "", _model_module = "", _model_module_version = "" } = state
  const kept = buffers.map(({ path, data }) => ({ path: [...path], data, encoding: "base64" }))
  return {
    model_name: _model_name,
    model_module: _model_module,
    model_module_version: _model_module_version,
    state: { ...state },
    ...(kept.length > 0 && { buffers: kept }),
  }
}

function entries(widgets: unknown): Record<string, Json> {
  const saved = isRecord(widgets) ? widgets[STATE_TYPE] : undefined
  return isRecord(saved) && isRecord(saved["state"]) ? saved["state"] : {}
}

function readBuffer(value: Json): WidgetState["buffers"][number][] {
  if (!isRecord(value) || typeof value["data"] !== "string" || value["encoding"] !== "base64") return []
  const path = Array.isArray(value["path"]) ? value["path"] : []
  const steps = path.filter((step) => typeof step === "string" || typeof step === "number")
  return steps.length === path.length && path.length > 0 ? [{ path: steps, data: value["data"] }] : []
}
