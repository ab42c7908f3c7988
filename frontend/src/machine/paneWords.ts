/** The words of the machine's panes, in the reader's language. */

import { spoken } from "../lib/i18n"
import { panesEn } from "./panesEn"
import { panesJa } from "./panesJa"

export const panes = spoken({ en: panesEn, ja: panesJa })
