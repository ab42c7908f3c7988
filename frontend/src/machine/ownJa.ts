import type { ownEn } from "./ownEn"

export const ownJa: typeof ownEn = {
  secrets: {
    title: "シークレット",
    about:
      "キーやパスワードは、ノートブックではなくここに保存します。あなただけが見られ、アクセスをオンにしたノートブックだけが取得できます。",
    access: "ノートブックからのアクセス",
    accessTo: (name: string) => `${name} へのノートブックからのアクセス`,
    name: "名前",
    value: "値",
    keep: "保存",
    add: "新しいシークレットを追加",
    none: "シークレットはまだありません。",
    show: "表示",
    showOf: (name: string) => `${name} の値を表示`,
    hide: "非表示",
    change: "変更",
    changeOf: (name: string) => `${name} の値を変更`,
    deleteOf: (name: string) => `${name} を削除`,
    sure: (name: string) => `シークレット「${name}」を削除しますか?どのノートブックからも取得できなくなります。`,
    how: "Python での使い方:",
    example: "KEY",
  },
  drive: {
    mount: "ドライブをマウント",
    unmount: "ドライブのマウントを解除",
    ask: "このノートブックにドライブへのアクセスを許可しますか?",
    about:
      "ドライブは、マシンが削除されても残る自分専用のフォルダです。許可すると、このノートブックのコードは、誰が書いたものでも、ドライブの中身をすべて読み取り、変更、削除できます。ファイル パネルの「ドライブのマウントを解除」で取り消せます。",
    no: "許可しない",
    yes: "ドライブに接続",
    mounting: "ドライブをマウントしています…",
    slow: "ドライブがまだ使えません。少し待ってからもう一度確認してください。",
    mounted: (place) => `ドライブは ${place} にあります。ここに置いたファイルは残ります。`,
  },
}
