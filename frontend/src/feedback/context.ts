/** What a page gives to the feedback dialog. */

import type { Json } from "../runtime/outputs"
import { troubles } from "../lib/trouble"

export type Kind = "bug" | "idea" | "question" | "abuse"

/** What the dialog begins with. */
export type Prefill = Readonly<{ kind: Kind; text?: string }>

export type Context = Readonly<{
  csrf: string
  /** Null for who has not signed in. */
  user: string | null
  build: string
  prefill?: Prefill | undefined
  notebook?: string
  runtime?: Readonly<{ id: string; about: Readonly<Record<string, Json>> }> | undefined
  /** The source of the notebook's cells, for who wants to send it along. */
  cells?: () => string
}>

/** What is sent as diagnostics, and shown before. Nothing in it comes from the notebook. */
export function diagnosticsOf({ build, runtime }: Context): Record<string, Json> {
  return {
    page: location.pathname,
    build,
    language: document.documentElement.lang,
    browser: navigator.userAgent,
    window: `${innerWidth} × ${innerHeight}, ${devicePixelRatio}`,
    online: navigator.onLine,
    ...(runtime && { runtime: runtime.about }),
    errors: troubles().map((trouble) => ({ ...trouble })),
  }
}
