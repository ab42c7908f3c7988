/** フォーム、コマンドパレット、目次。 */

import type { Messages } from "./index"

export const formsJa: Messages["forms"] = {
  form: "フォーム",
  showCode: "コードを表示",
  hideCode: "コードを隠す",
}

export const paletteJa: Messages["palette"] = {
  title: "コマンドパレット",
  search: "コマンドを検索",
  list: "コマンド",
  none: "一致するコマンドはありません。",
}

export const contentsJa: Messages["contents"] = {
  title: "目次",
  none: "テキストセルの見出しがここに表示されます。行頭に # を付けると見出しになります。",
}
