/** フィードバックの送信。 */

import type { Messages } from "./index"

export const feedbackJa: Messages["feedback"] = {
  title: "フィードバックを送信",
  kind: "内容の種類",
  kinds: {
    bug: "不具合",
    idea: "提案",
    question: "質問",
    abuse: "有害なノートブック",
  },
  describe: "フィードバックの内容",
  hints: {
    bug: "何をしたとき、どうなるはずで、実際にはどうなりましたか。",
    idea: "どんな機能があると助かりますか。",
    question: "何を知りたいですか。",
    abuse: "そのノートブックは誰にどんな害を与えていますか。",
  },
  screenshot: "スクリーンショット",
  capture: "画面を撮影",
  choose: "画像を選択",
  orPaste: "または貼り付け",
  noPicture: "ブラウザで読み込める画像ではありません。",
  paint: "見せたくない部分をドラッグして塗りつぶせます。塗りつぶした部分は送信されません。",
  undoPaint: "元に戻す",
  removeShot: "スクリーンショットを削除",
  includeDiagnostics: "診断情報を含める",
  showDiagnostics: "送信される内容を表示",
  includeCells: "このノートブックのセルの内容を含める",
  contact: "返信を希望する",
  email: "メールアドレス",
  send: "送信",
  follow: "送信した内容と返信を見る",
  kept: "現在プラットフォームに接続できません。メッセージはこのブラウザに保存され、接続でき次第自動的に送信されます。",
  notKept:
    "プラットフォームに接続できず、このブラウザにも保存できません。文章をコピーして、後でもう一度お試しください。",
  arrived: (names) => `メッセージを送信しました：${names}。ありがとうございます。`,
  reportError: "不具合を報告",
  errorText: (error) => `セルが次のエラーで終了しました。\n\n${error}\n\nプラットフォームの不具合だと思う理由：`,
}
