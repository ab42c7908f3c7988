/** The words of what is mine, in the reader's language. */

import { spoken } from "../lib/i18n"
import { ownEn } from "./ownEn"
import { ownJa } from "./ownJa"

export const own = spoken({ en: ownEn, ja: ownJa })
