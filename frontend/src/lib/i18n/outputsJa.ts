/** 出力のメニュー、エラーの表示など。 */

import type { dataTableEn, outputActionsEn } from "./outputsEn"

export const cellJa = (cell: number) => (cell ? `セル ${String(cell)} ` : "スクラッチセル")

export const outputActionsJa: typeof outputActionsEn = {
  label: (cell) => `${cellJa(cell)}の出力の操作`,
  title: "コードセルの出力の操作",
  show: "出力を表示",
  hide: "出力を非表示",
  hidden: "出力は非表示です。表示する",
  clear: "出力を消去",
  fullscreen: "出力を全画面で表示",
  noFullscreen: "ブラウザが全画面表示を許可しませんでした。",
  scrollBox: "スクロールできる枠で表示",
  copy: "出力をコピー",
  copyError: "エラーをコピー",
  copied: "出力をコピーしました。",
  downloadImage: "画像をダウンロード",
  downloadOneImage: (number) => `画像 ${String(number)} をダウンロード`,
  libraryFrames: (count) => `ライブラリ内の呼び出し ${String(count)} 件`,
}

export const dataTableJa: typeof dataTableEn = {
  label: "インタラクティブな表",
  convert: "このデータフレームをインタラクティブな表に変換",
  still: "出力されたままの表を表示",
  search: "すべての列を検索",
  filter: "フィルタ",
  filterOf: (column) => `${column} のフィルタ`,
  copy: "CSV としてコピー",
  download: "CSV をダウンロード",
  copied: (rows, all) =>
    rows < all
      ? `${all.toLocaleString("ja")} 行のうち最初の ${rows.toLocaleString("ja")} 行をコピーしました。「CSV をダウンロード」ですべてを得られます。`
      : `${rows.toLocaleString("ja")} 行をコピーしました。`,
  ofAll: (rows) => `(全 ${rows.toLocaleString("ja")} 行)`,
  rowsOnPage: "1 ページの行数",
}
