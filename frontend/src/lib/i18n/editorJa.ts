/** フォーム、コマンドパレット、目次。 */

import type { Messages } from "./index"

export const formsJa: Messages["forms"] = {
  form: "フォーム",
  showCode: "コードを表示",
  hideCode: "コードを隠す",
  figure: (name) => `${name} の数値`,
  refused: (value) => `「${value}」はここでは使えない値なので、コードは元の値のままです。`,
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

export const findJa: Messages["find"] = {
  title: "検索と置換",
  find: "検索",
  replacement: "置換後の文字列",
  case: "大文字と小文字を区別",
  word: "単語単位",
  regex: "正規表現",
  previous: "前へ",
  next: "次へ",
  replaceOne: "置換",
  replaceAll: "すべて置換",
  count: (at, all) => `${String(all)} 件中 ${String(at)} 件目`,
  none: "見つかりません",
  wrong: "正規表現として正しくありません。",
  replaced: (count) => `${String(count)} か所を置換しました。`,
}
