/** The words of the scratch cell, in the reader's language. */

import { spoken } from "../lib/i18n"
import { scratchEn } from "./scratchEn"
import { scratchJa } from "./scratchJa"

export const said = spoken({ en: scratchEn, ja: scratchJa })
