/** コードスニペットの画面。 */

import type { snippetsEn } from "./snippetsEn"

export const snippetsJa: typeof snippetsEn = {
  title: "コードスニペット",
  search: "コードスニペットを検索",
  insert: "挿入",
  none: "一致するスニペットはありません。",
  titles: {
    chart: "グラフを描く",
    table: "pandas で表を作る",
    upload: "このパソコンからファイルをアップロード",
    download: "このパソコンへファイルをダウンロード",
    drive: "ファイルを残す: ドライブのマウント",
    form: "項目のあるフォーム",
    progress: "進行状況を表示",
    picture: "画像ファイルを表示",
    random: "乱数",
    time: "時間を計る",
    shell: "シェルコマンドを実行",
    ask: "入力を求める",
  },
}
