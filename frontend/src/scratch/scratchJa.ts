/** スクラッチセル。 */

import type { scratchEn } from "./scratchEn"

export const scratchJa: typeof scratchEn = {
  title: "スクラッチコードセル",
  about: "ノートブックには含まれません。このセルと出力はほかの人には見えません。コードはこのブラウザに残ります。",
  editor: "スクラッチセルのコード",
  hint: "ここで試せます",
  insert: "ノートブックに挿入",
  insertHint: "選択したセルの下に新しいセルとして挿入します",
  take: "選択したセルをここにコピー",
  taken: "選択したセルのコードをスクラッチセルにコピーしました。",
  undo: "元に戻す",
  noCode: "先にコードセルを選択してください。",
  notKept: "このブラウザには空きがありません。ページを閉じるとスクラッチセルは失われます。",
}
